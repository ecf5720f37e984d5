"""Network files of every format: what is read, what is turned down, and that nothing is lost."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from casebook import networkview, readers
from casebook.errors import DataError
from casebook.provenance import Provenance, mark
from casebook.readers import markup
from casebook.readers.base import Export

HOSTILE = "<script>alert(1)</script> & \"q\" 'q' \u202egnp.exe =1+1"


class Room:
    """A folder of its own, and the reading of what is put there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(self, name: str, content: str | bytes) -> Export:
        """What a file of this content is read as; the account of its rows must balance."""
        return counted(readers.read([self.put(name, content)]))

    def refusal(self, name: str, content: str | bytes) -> str:
        """What the reader is told of a file that is refused."""
        with pytest.raises(DataError) as refused:
            readers.read([self.put(name, content)])
        return str(refused.value)


def counted(export: Export) -> Export:
    """The export, if no row is lost and every tie runs between nodes that are there."""
    assert export.kind == "network"
    assert export.network is not None
    assert export.rows_in == export.rows_used + len(export.rejects)
    assert list(export.network.edges) == ["source", "target", "weight", "kind"]
    assert list(export.network.nodes)[:4] == ["id", "label", "role", "group"]
    assert export.network.nodes["id"].is_unique
    ends = {*export.network.edges["source"], *export.network.edges["target"]}
    assert ends <= set(export.network.nodes["id"])
    assert (export.network.edges["weight"] > 0).all()
    return export


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def ties(export: Export) -> dict[tuple[str, str], float]:
    """Weights by the two ends."""
    edges = export.network.edges
    return dict(
        zip(zip(edges["source"], edges["target"], strict=True), edges["weight"], strict=True)
    )


def node(export: Export, name: str) -> pd.Series:
    """What is known of a node."""
    return export.network.nodes.set_index("id").loc[name]


# --- GEXF -----------------------------------------------------------------------------------------

GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf {namespace} version="{version}">
<graph {graph}>
<attributes class="node"><attribute id="0" title="role" type="string"/>
<attribute id="1" title="followers" type="integer"><default>7</default></attribute></attributes>
<attributes class="edge"><attribute id="0" title="topic" type="string"/></attributes>
<nodes>
<node id="a" label="Anna"><attvalues><attvalue {value}="0" value="government"/></attvalues>
<viz:size xmlns:viz="http://viz" value="3"/></node>
<node id="b" label="Bert"><attvalues><attvalue {value}="1" value="12"/></attvalues></node>
</nodes>
<edges><edge id="0" source="a" target="b" weight="2.5"/>
<edge id="1" source="b" target="a"/><edge id="2" source="b" target="b"/></edges>
</graph></gexf>"""

NAMESPACES = {
    "": ("1.0", "id"),
    'xmlns="http://www.gephi.org/gexf"': ("1.0", "id"),
    'xmlns="http://www.gexf.net/1.1draft"': ("1.1", "for"),
    'xmlns="http://www.gexf.net/1.2draft"': ("1.2", "for"),
    'xmlns="http://gexf.net/1.3"': ("1.3", "for"),
}


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_gexf_of_any_version(room: Room, namespace: str) -> None:
    version, value = NAMESPACES[namespace]
    graph = 'defaultedgetype="directed"'
    given = GEXF.format(namespace=namespace, version=version, value=value, graph=graph)
    export = room.read("network.txt", given)
    assert export.network.directed
    assert ties(export) == {("a", "b"): 2.5, ("b", "a"): 1, ("b", "b"): 1}
    assert node(export, "a").to_dict() == {
        "label": "Anna",
        "role": "government",
        "group": "",
        "followers": "7",
    }
    assert node(export, "b")["followers"] == "12"
    assert export.rows_in == 5
    assert any("itself" in note for note in export.notes)
    assert f"GEXF version {version}." in export.notes


def test_gexf_without_direction_sums_what_stands_there_twice(room: Room) -> None:
    given = GEXF.format(namespace="", version="1.2", value="for", graph="")
    export = room.read("network.gexf", given)
    assert not export.network.directed
    assert ties(export) == {("a", "b"): 3.5, ("b", "b"): 1}
    assert any("summed: 1" in note for note in export.notes)


def gexf(nodes: str, edges: str, head: str = "") -> str:
    return f"{head}<gexf><graph><nodes>{nodes}</nodes><edges>{edges}</edges></graph></gexf>"


def test_gexf_turns_down_what_cannot_be_used_and_says_where(room: Room) -> None:
    nodes = '<node label="x"/>\n<node id="a"/><node id="a"/>'
    edges = (
        '<edge source="a"/><edge source="a" target="c" weight="-1"/>'
        '<edge source="a" target="c" weight="many"/>\n<edge source="a" target="new"/>'
        '<edge target="a" source=""/><edge source="a" target="a" weight="0"/>'
    )
    export = room.read("network.gexf", gexf(nodes, edges))
    assert list(export.rejects["row"]) == [1, 3, 4, 5, 6, 8, 9]
    assert list(export.rejects["column"]) == [
        *("id", "id", "target", "weight", "weight", "source", "weight")
    ]
    assert export.rejects["problem"][0] == "node 1 has no id (line 1)"
    assert export.rejects["problem"][3] == "tie 2: its weight is not above 0 (line 2)"
    assert (export.rejects["remedy"] != "").all()
    assert list(export.network.nodes["id"]) == ["a", "new"]
    assert any("does not list" in note and "'new'" in note for note in export.notes)


def test_gexf_of_mixed_and_mutual_ties(room: Room) -> None:
    edges = (
        '<edge source="a" target="b" type="undirected" weight="2"/>'
        '<edge source="b" target="c" type="directed"/><edge source="c" target="d" type="mutual"/>'
    )
    export = room.read("network.gexf", gexf("", edges))
    assert export.network.directed
    assert ties(export) == {
        **{("a", "b"): 2, ("b", "a"): 2, ("b", "c"): 1},
        **{("c", "d"): 1, ("d", "c"): 1},
    }
    assert export.rows_in == 3


def test_gexf_nested_nodes_and_times(room: Room) -> None:
    nodes = (
        '<node id="a"><spells><spell start="1"/></spells><nodes><node id="b"/></nodes>'
        '<edges><edge source="a" target="b"/></edges></node>'
    )
    export = room.read("network.gexf", gexf(nodes, ""))
    assert ties(export) == {("b", "a"): 1} or ties(export) == {("a", "b"): 1}
    assert any("taken together" in note for note in export.notes)


def test_weights_and_kinds_of_gexf_may_be_attributes(room: Room) -> None:
    given = (
        '<gexf><graph defaultedgetype="directed"><attributes class="edge"><attribute id="w" '
        'title="Weight"/><attribute id="k" title="Relationship"/><attribute id="z" title="zone"/>'
        '</attributes><edges><edge source="a" target="b"><attvalues><attvalue for="w" value="4"/>'
        '<attvalue for="k" value="reply"/><attvalue for="z" value="1"/></attvalues></edge>'
        '<edge source="a" target="b" kind="like"/></edges></graph></gexf>'
    )
    export = room.read("network.gexf", given)
    assert export.network.edges.to_dict("records") == [
        {"source": "a", "target": "b", "weight": 4.0, "kind": "reply"},
        {"source": "a", "target": "b", "weight": 1.0, "kind": "like"},
    ]
    assert any("left out: zone" in note for note in export.notes)


def test_names_stay_plain_text(room: Room) -> None:
    graph = nx.DiGraph([(HOSTILE, "b")])
    path = room.folder / "network.gexf"
    nx.write_gexf(graph, path)
    export = counted(readers.read([path]))
    assert ties(export) == {(HOSTILE, "b"): 1}
    assert node(export, HOSTILE)["label"] == HOSTILE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_gexf_in_other_encodings(room: Room, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    given = gexf('<node id="é"/>', "", f'<?xml version="1.0" encoding="{declared}"?>\n')
    assert list(room.read("network.gexf", given.encode(encoding)).network.nodes["id"]) == ["é"]


# --- XML that means harm, or is not whole ---------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE gexf [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE gexf [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE gexf [<!ENTITY % x SYSTEM "http://example.org/x.dtd"> %x;]>',
    ],
)
@pytest.mark.parametrize("root", ["gexf", "graphml"])
def test_entities_are_refused(room: Room, doctype: str, root: str) -> None:
    said = room.refusal(
        "network.xml", f"{doctype}\n<{root}><graph><node id='&l9;'/></graph></{root}>"
    )
    assert "network.xml, row 1: it defines entities" in said


def test_a_named_document_type_is_never_fetched(room: Room) -> None:
    head = '<!DOCTYPE gexf SYSTEM "http://127.0.0.1:9/none.dtd">'
    assert len(room.read("network.gexf", gexf('<node id="a"/>', "", head)).network.nodes) == 1


def test_xml_that_is_cut_off_or_endless_is_refused(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markup, "MAX_PIECE", 2**20)
    whole = gexf('<node id="a"/>\n' * 3, "")
    assert "row 2: it is not complete XML" in room.refusal("network.gexf", whole[:-60])
    deep = "<gexf>" + "<nodes>" * 300
    assert "more than 100 elements" in room.refusal("network.gexf", deep)
    long = f'<gexf><graph><nodes><node id="{"x" * (2 * 2**20)}"/>'
    assert "longer than 1 MB" in room.refusal("network.gexf", long)
    said = f"<graphml><graph><node id='a'><data key='k'>{'x ' * 2**20}"
    assert "longer than 1 MB" in room.refusal("network.graphml", said)
    assert "encoding cannot be read" in room.refusal(
        "network.gexf", '<?xml version="1.0" encoding="klingon"?><gexf/>'
    )
    assert "no node or tie" in room.refusal("network.gexf", "<gexf><graph/></gexf>")
    said = room.refusal("network.gexf", gexf("<node/>", ""))
    assert "the first one, in row 1: node 1 has no id" in said


# --- GraphML --------------------------------------------------------------------------------------

YED = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
<key attr.name="Description" attr.type="string" for="graph" id="d0"/>
<key for="port" id="d1" yfiles.type="portgraphics"/>
<key attr.name="role" attr.type="string" for="node" id="d4"/>
<key for="node" id="d6" yfiles.type="nodegraphics"/>
<key for="edge" id="d10" yfiles.type="edgegraphics"/>
<graph edgedefault="directed" id="G"><data key="d0"/>
<node id="n0"><data key="d4">media</data><data key="d6"><y:ShapeNode><y:Geometry x="1"/>
<y:NodeLabel alignment="center">Krant<y:LabelModel/></y:NodeLabel></y:ShapeNode></data></node>
<node id="n1" yfiles.foldertype="group"><data key="d6"><y:ProxyAutoBoundsNode/></data>
<graph edgedefault="directed" id="n1:"><node id="n1::n0"><data key="d6"><y:ShapeNode>
<y:NodeLabel>Burger</y:NodeLabel></y:ShapeNode></data></node></graph></node>
<edge id="e0" source="n0" target="n1::n0"><data key="d10"><y:PolyLineEdge/></data></edge>
<hyperedge id="h"><endpoint node="n0"/><endpoint node="n1"/></hyperedge>
</graph></graphml>"""


def test_graphml_of_yed(room: Room) -> None:
    export = room.read("network.graphml", YED)
    assert export.network.directed
    assert dict(zip(*export.network.nodes[["id", "label"]].T.to_numpy(), strict=True)) == {
        "n0": "Krant",
        "n1": "n1",
        "n1::n0": "Burger",
    }
    assert list(export.network.nodes) == ["id", "label", "role", "group"]
    assert node(export, "n0")["role"] == "media"
    assert ties(export) == {("n0", "n1::n0"): 1}
    assert list(export.rejects["problem"]) == [
        "a tie between more than two nodes (hyperedge) (line 15)"
    ]
    assert export.rows_in == 5


def test_graphml_of_gephi_and_nodexl(room: Room) -> None:
    given = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key attr.name="label" attr.type="string" for="node" id="label"/>
<key attr.name="Edge Weight" attr.type="double" for="edge" id="E-W"/>
<key attr.name="Relationship" attr.type="string" for="edge" id="E-R"/>
<key attr.name="r" attr.type="int" for="node" id="r"/>
<key attr.name="posts" attr.type="int" for="node" id="p"><default>0</default></key>
<graph edgedefault="undirected">
<node id="1"><data key="label">Een</data><data key="r">255</data></node><node id="2"/>
<edge source="1" target="2"><data key="E-W">3.0</data><data key="E-R">Mentions</data></edge>
<edge source="2" target="1" directed="true"/>
</graph><graph><node id="9"/></graph></graphml>"""
    export = room.read("network.graphml", given)
    assert node(export, "1").to_dict() == {
        "label": "Een",
        "role": "unknown",
        "group": "",
        "posts": "0",
    }
    assert export.network.edges.to_dict("records") == [
        {"source": "1", "target": "2", "weight": 3.0, "kind": "Mentions"},
        {"source": "2", "target": "1", "weight": 1.0, "kind": ""},
        {"source": "2", "target": "1", "weight": 3.0, "kind": "Mentions"},
    ]
    assert any("drawn were left out: r" in note for note in export.notes)
    assert list(export.rejects["problem"]) == ["<node> of a second network (line 11)"]


# --- Pajek ----------------------------------------------------------------------------------------


def test_pajek(room: Room) -> None:
    given = """% a comment
*Network test
*Vertices 5
1 "Anna B." 0.1 0.2 0.5 ic Red
2 Bert
4 "zegt "dag" nu" 0.1 0.2
x wrong
*Arcs :1 "answers"
1 2 3 c Blue
2 1 -4
2 7
*Arcs
1 3 l "label"
*Edges
1 4 1,5
*Edgeslist
4 5 1
4 b
*Partition p
1
"""
    export = room.read("network.net", given)
    assert export.network.directed
    assert list(export.network.nodes["id"]) == ["1", "2", "4", "3", "5", "7"]
    assert list(export.network.nodes["label"][:3]) == ["Anna B.", "Bert", 'zegt "dag" nu']
    assert ties(export) == {
        **{("1", "2"): 3, ("2", "7"): 1, ("1", "3"): 1},
        **{("1", "4"): 2.5, ("4", "1"): 2.5, ("4", "5"): 1, ("5", "4"): 1},
    }
    assert set(export.network.edges["kind"]) == {"answers", ""}
    assert list(export.rejects["row"]) == [7, 10, 18, 20]
    assert export.rows_in == 12


def test_pajek_with_two_modes_and_a_matrix(room: Room) -> None:
    given = '*Vertices 5 2\n1 "P1"\n2 "P2"\n3 "E1"\n4 "E2"\n5 "E3"\n*Matrix\n1 0 2\n0 1 -1\n1 1 1\n'
    export = room.read("two.net", given)
    assert not export.network.directed
    assert ties(export) == {("1", "3"): 1, ("1", "5"): 2}
    assert list(export.network.nodes["mode"]) == ["1", "1", "2", "2", "2"]
    assert list(export.rejects["row"]) == [9, 10]
    square = room.read("square.net", "*Vertices 2\n*Matrix\n0 1\n2 0\n")
    assert square.network.directed
    assert ties(square) == {("1", "2"): 1, ("2", "1"): 2}


def test_pajek_that_promises_too_much_or_nothing(room: Room) -> None:
    assert "'*Vertices' promises 99,999,999" in room.refusal(
        "a.net", "*Vertices 99999999\n*Arcs\n1 2"
    )
    assert "row 1" in room.refusal("a.net", "*Vertices 1234567890123\n*Arcs\n1 2\n")
    export = room.read("b.net", "*Vertices 1\n1 a\n*Vertices 1\n1 b\n")
    assert list(export.rejects["problem"]) == ["a second network is not read"]


# --- GDF ------------------------------------------------------------------------------------------


def test_gdf(room: Room) -> None:
    given = """nodedef>name VARCHAR,label VARCHAR,role VARCHAR,likes INT,color VARCHAR
1,"Gemeente, centrum",government,4,'1,2,3'
2,'d\\'Arc',null,,
3,a,b,1,2,3
edgedef>node1 VARCHAR,node2 VARCHAR,weight DOUBLE,directed BOOLEAN,note VARCHAR
1,2,2.5,true,x
2,1,1,false
1,2,-1
1
"""
    export = room.read("network.gdf", given)
    assert export.network.directed
    assert node(export, "1").to_dict() == {
        "label": "Gemeente, centrum",
        "role": "government",
        "group": "",
        "likes": "4",
    }
    assert node(export, "2")["label"] == "d'Arc"
    assert ties(export) == {("1", "2"): 3.5, ("2", "1"): 1}
    assert list(export.rejects["row"]) == [4, 8, 9]
    assert export.rejects["problem"][0] == "it has more values than the 5 columns"
    assert any("ties were left out: note" in note for note in export.notes)


def test_gdf_quotes_that_never_close_are_quick(room: Room) -> None:
    given = "nodedef>name VARCHAR,label VARCHAR\n" + '"a,' * 200_000 + "\nb,B\n"
    assert list(room.read("network.gdf", given).network.nodes["id"]) == ["b"]


# --- JSON -----------------------------------------------------------------------------------------

NETWORKS = {
    "graphology": {
        "options": {"type": "directed"},
        "nodes": [{"key": "a", "attributes": {"label": "A", "x": 1, "id": "own"}}, {"key": "b"}],
        "edges": [{"source": "a", "target": "b", "attributes": {"weight": 2}}],
    },
    "sigma": {
        "nodes": [{"id": "a", "label": "A", "size": 1}, {"id": "b"}],
        "edges": [{"id": "0", "source": "a", "target": "b", "weight": "2", "directed": True}],
    },
    "networkx": nx.node_link_data(
        nx.DiGraph([("a", "b", {"weight": 2})])
        if False
        else nx.DiGraph({"a": {"b": {"weight": 2}}}),
        edges="links",
    ),
    "D3 by place": {
        "nodes": [{"name": "a"}, {"name": "b"}],
        "links": [{"source": 0, "target": 1, "value": 2, "directed": True}],
    },
    "Cytoscape": {
        "elements": {
            "nodes": [{"data": {"id": "a"}}, {"data": {"id": "b"}}],
            "edges": [{"data": {"source": "a", "target": "b", "weight": 2, "directed": True}}],
        }
    },
    "vis.js": {
        "nodes": [{"id": "a"}, {"id": "b"}],
        "edges": [{"from": "a", "to": "b", "value": 2, "directed": True}],
    },
    "JSON Graph": {
        "graph": {
            "directed": True,
            "nodes": {"a": {"label": "A"}, "b": {}},
            "edges": [{"source": "a", "target": "b", "weight": 2}],
        }
    },
}


@pytest.mark.parametrize("make", NETWORKS)
def test_json_networks(room: Room, make: str) -> None:
    export = room.read("network.json", json.dumps(NETWORKS[make]))
    assert export.network.directed
    assert ties(export) == {("a", "b"): 2}
    assert export.rows_in == 3


def test_json_network_turns_down_what_is_no_node_or_tie(room: Room) -> None:
    given = {
        "nodes": [{"id": 0}, {"id": 1.0}, {}, 5, {"id": [1]}, {"id": "\ud800\0"}],
        "links": [{"source": 0, "target": 1}, [], {"source": 0, "target": 1, "weight": 1e999}],
    }
    export = room.read("network.json", json.dumps(given))
    assert list(export.network.nodes["id"]) == ["0", "1", "?\ufffd"]
    assert ties(export) == {("0", "1"): 1}
    assert list(export.rejects["row"]) == [3, 4, 5, 8, 9]
    assert any("read as having none" in note for note in export.notes)


@pytest.mark.parametrize(
    "given",
    ['{"nodes": [{"id": 1}, ', '{"nodes": ' + "[" * 100_000, '{"nodes": [' + "9" * 5000 + "]}"],
)
def test_json_that_is_not_whole_is_refused(room: Room, given: str) -> None:
    assert "network.json" in room.refusal("network.json", given)


# --- lists of ties --------------------------------------------------------------------------------


def test_edge_lists_of_many_makes(room: Room) -> None:
    simple = {("1", "2"): 1, ("2", "3"): 1}
    for name, given, directed in (
        ("snap.txt", "# Directed graph\n# FromNodeId\tToNodeId\n1\t2\n2\t3\n", True),
        ("konect", "% sym unweighted\n1 2\n2 3\n", False),
        ("pairs.csv", "node_1,node_2\n1,2\n2,3\n", False),
        ("from.csv", "from;to\r\n1;2\r\n2;3\r\n", True),
        ("bare.csv", "1,2\n2,3\n", False),
    ):
        export = room.read(name, given)
        assert (ties(export), export.network.directed) == (simple, directed)
        assert (len(export.rejects), export.rows_in) == (0, 2)


def test_edge_list_as_gephi_has_it(room: Room) -> None:
    given = (
        "Source,Target,Type,Id,Label,Weight\n"
        '"Jansen, P.",Anna,Directed,0,,"2,5"\nAnna,Bert,Undirected,1,,1\nAnna,,Directed,2,,1\n'
        "Bert,Anna,Directed,3,,-2\nBert,Anna,Directed,4,,x\n"
    )
    export = room.read("edges.csv", given)
    assert ties(export) == {("Jansen, P.", "Anna"): 2.5, ("Anna", "Bert"): 1, ("Bert", "Anna"): 1}
    assert list(export.rejects["row"]) == [4, 5, 6]
    assert list(export.rejects["value"]) == ["", "-2", "x"]
    assert any("left out: Id, Label" in note for note in export.notes)


def test_edge_list_without_header_has_rows_of_one_width(room: Room) -> None:
    lines = [f"n{i} n{i + 1} 2" for i in range(300)]
    lines[250] = "too few"
    export = room.read("edges.txt", "\n".join(lines))
    assert list(export.rejects["row"]) == [251]
    assert export.rows_in == 300


def test_edge_list_with_a_table_of_nodes(room: Room) -> None:
    edges = room.put("x_edges.csv", "node_1,node_2\n1,2\n2,3\n2,2\n")
    nodes = room.put("x_ids.csv", 'id,name,new_id\n900,"Gemeente ""A""",1\n901,B,2\n902,C,\n')
    export = counted(readers.read([edges, nodes]))
    assert node(export, "1").to_dict() == {
        "label": 'Gemeente "A"',
        "role": "unknown",
        "group": "",
        "id (attribute)": "900",
    }
    assert export.rejects[["file", "row"]].to_numpy().tolist() == [["x_ids.csv", 4]]
    assert export.rows_in == 6
    with pytest.raises(DataError, match="give one network at a time"):
        readers.read([edges, room.put("y_edges.csv", "node_1,node_2\n1,2\n")])
    other = room.put("other.csv", "id,name\n55,B\n")
    with pytest.raises(DataError, match=r"other\.csv: no column of it holds the names"):
        readers.read([edges, other])


@pytest.mark.parametrize(
    "given", ["year;messages\n2012;4\n2013;5\n", "id,name\n1,Jan\n2,Piet\n", "just words\n"]
)
def test_what_is_no_edge_list_is_not_taken_for_one(room: Room, given: str) -> None:
    from casebook.readers import containers, edge_list

    assert not edge_list.recognises(containers.open_source([room.put("t.csv", given)]))


# --- however it is packed; what we and others write -----------------------------------------------


def test_packed_networks(room: Room) -> None:
    content = gexf('<node id="a"/>', '<edge source="a" target="b"/>').encode()
    assert room.read("network.gexf.gz", gzip.compress(content)).rows_in == 2
    path = room.folder / "network.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("in/network.gexf", content)
        archive.writestr("in/README.txt", "hello")
    export = counted(readers.read([path]))
    assert any("in/README.txt" in note for note in export.notes)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("in/second.gexf", content)
    with pytest.raises(DataError, match=r"2 networks in it \(GEXF\)"):
        readers.read([path])


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("form", ["gexf", "graphml", "pajek", "edgelist", "json"])
def test_what_networkx_writes_comes_back(room: Room, form: str, directed: bool) -> None:
    graph = nx.les_miserables_graph()
    graph.add_edge("Valjean", "Valjean", weight=3)
    graph = nx.DiGraph(graph) if directed else graph
    if form == "edgelist":
        graph = nx.relabel_nodes(graph, {n: n.replace(" ", "_") for n in graph})
    path = room.folder / f"network.{form}"
    if form == "edgelist":
        nx.write_weighted_edgelist(graph, path)
    elif form == "json":
        path.write_text(json.dumps(nx.node_link_data(graph, edges="edges")))
    else:
        getattr(nx, f"write_{form}")(graph, path)
    export = counted(readers.read([path]))
    names = export.network.nodes.set_index("id")["label"]
    found: dict[frozenset[str] | tuple[str, str], float] = {}
    for (a, b), weight in ties(export).items():
        pair = (names[a], names[b])
        found[pair if directed else frozenset(pair)] = weight
    wanted = {
        (a, b) if directed else frozenset((a, b)): float(weight)
        for a, b, weight in graph.edges(data="weight")
    }
    if form == "edgelist" and directed:  # the format does not tell
        wanted = {
            frozenset(pair): 2 * weight for pair, weight in wanted.items() if len({*pair}) > 1
        }
        found = {frozenset(pair): weight for pair, weight in found.items() if len({*pair}) > 1}
    assert found == wanted
    assert set(names) == set(graph)
    assert export.network.directed == (directed and form != "edgelist")
    assert len(export.rejects) == 0


def test_what_the_book_writes_comes_back(room: Room) -> None:
    origin = Provenance("coded", ("twente2014 §5.3",))
    graph = mark(nx.DiGraph(), origin)
    graph.add_edge(HOSTILE, "b", weight=3)
    graph.add_node(HOSTILE, label="Ministerie", role="government", group="x")
    graph.add_node("b", role="citizen", group="x")
    columns = {"group": ["x"], "label_en": ["Group X"], "colour_nl": ["rood"]}
    groups = mark(pd.DataFrame(columns), origin)
    written = networkview.view(graph, groups, named={HOSTILE}).to_gexf("")
    export = room.read("network.gexf", written)
    assert export.network.directed
    assert list(export.network.edges["weight"]) == [3.0]
    assert set(export.network.nodes["role"]) == {"government", "citizen"}
    assert set(export.network.nodes["group"]) == {"x"}
    assert len(export.rejects) == 0


# --- real files -----------------------------------------------------------------------------------


def test_real_gexf(exports: Path) -> None:
    path = exports / "gexf_samples" / "arctic.gexf"
    said = path.read_text("utf-8")
    nodes, edges = len(re.findall("<node ", said)), len(re.findall("<edge ", said))
    export = counted(readers.read([path]))
    assert (export.rows_in, len(export.rejects)) == (nodes + edges, 0)
    assert len(export.network.nodes) == nodes == 1715
    pairs = re.findall(r'<edge [^>]*source="(\d+)" target="(\d+)"', said)
    assert len(pairs) == edges == 6676
    assert len(export.network.edges) == len({frozenset(pair) for pair in pairs})
    assert export.network.edges["weight"].sum() == edges
    labels = re.findall(r'<node id="\d+" label="([^"]*)"', said)
    assert len(labels) == nodes
    assert node(export, "1")["label"] == labels[1] == "New York"


def test_real_graphology(exports: Path) -> None:
    path = exports / "gexf_samples" / "les-miserables.json"
    data = json.loads(path.read_text("utf-8"))
    export = counted(readers.read([path]))
    assert export.network.directed
    assert len(export.network.nodes) == len(data["nodes"]) == 77
    assert len(export.network.edges) == len(data["edges"]) == 254
    told = [edge.get("attributes", {}).get("weight", 1) for edge in data["edges"]]
    assert export.network.edges["weight"].sum() == sum(told)
    # The degrees that the file itself tells; its weighted ones count a tie without weight as 0.
    nodes = export.network.nodes.set_index("id")
    out = export.network.edges.groupby("source")["weight"].agg(["size", "sum"])
    out = out.reindex(nodes.index, fill_value=0)
    assert (out["size"] == nodes["nansi-outdegree"].astype(int)).all()
    bare = pd.Series(
        [e["source"] for e in data["edges"] if "weight" not in e.get("attributes", {})]
    )
    unsaid = bare.value_counts().reindex(nodes.index, fill_value=0)
    assert (out["sum"] - unsaid == nodes["nansi-weighted-outdegree"].astype(float)).all()


@pytest.mark.parametrize("which", ["government", "politician"])
def test_real_edge_lists(exports: Path, which: str) -> None:
    folder = exports / "gemsec_facebook_pages"
    edges, ids = folder / f"{which}_edges.csv", folder / f"{which}_ids.csv"
    plain = edges.read_text().splitlines()[1:]
    pairs = [line.split(",") for line in plain]
    known = pd.read_csv(ids, dtype=str)
    export = counted(readers.read([edges, ids]))
    assert export.rows_in == len(plain) + len(known)
    assert len(export.rejects) == 0
    assert not export.network.directed
    assert len(export.network.edges) == len({frozenset(pair) for pair in pairs})
    ends = {end for pair in pairs for end in pair}
    assert set(export.network.nodes["id"]) == ends | set(known["new_id"])
    names = known.set_index("new_id")["name"]
    told = export.network.nodes.set_index("id")["label"]
    assert (told[names.index] == names.str.strip()).all()
