"""EMMA's LinkedIn and Twitter networks: every cell and figure against the source, and the page."""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path

import networkx as nx
import pytest
from test_data import LEDGER, NUMBER, _flat, _rows, _source, needs_sources

from casebook import civil_servants_online as online
from casebook import figure, published
from casebook.provenance import of

PAGE = "companions/civil_servants_online"
OURS = [row for row in LEDGER if row["chapter"] == PAGE]
REPO = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


# What is shown ----------------------------------------------------------------------------------


def test_everything_says_where_it_comes_from() -> None:
    kinds = {
        name: of(getattr(online, name)()).kind
        for name in (
            "funnel",
            "ministries",
            "tweets",
            "subnetworks",
            "kinds",
            "accounts",
            "lead",
            "drawn",
            "actors",
            "hashtags",
            "toy",
        )
    }
    assert {name for name, kind in kinds.items() if kind == "derived"} == {
        "ministries",
        "tweets",
        "drawn",
    }
    assert {name for name, kind in kinds.items() if kind == "reconstructed"} == {"toy"}
    assert of(online.toy_steps(online.toy())).kind == "reconstructed"


def test_the_funnel_narrows_as_printed() -> None:
    funnel = online.funnel()
    assert list(funnel["accounts"]) == [159, 47692, 6807, 1109]
    shares = funnel["of the step before"]
    assert shares.isna().tolist() == [True, True, False, False]
    assert round(shares[3]) == published.value("online_twitter.share")


def test_ministries_have_limits_about_their_share() -> None:
    rows = online.ministries()
    assert rows["share"].is_monotonic_decreasing
    assert ((rows["low"] < rows["share"]) & (rows["share"] < rows["high"])).all()
    assert rows["part of all"].sum() == pytest.approx(100)
    assert list(rows["ministry"][:3]) == [
        "AZ (General Affairs)",
        "VWS (Health)",
        "EZ (Economic Affairs)",
    ]
    # The larger a ministry, the narrower its limits.
    wide = (rows["high"] - rows["low"]).set_axis(rows["LinkedIn"])
    assert wide.idxmax() in (60, 82)
    assert wide.idxmin() == 1901


def test_only_the_first_share_of_tabel_6_does_not_follow() -> None:
    rows = online.tweets().set_index("tweets")
    printed, again = rows["printed"].dropna(), rows["recomputed"]
    off = (printed - again[printed.index]).abs() > 0.05
    assert list(off[off].index) == ["with a hashtag"]
    assert again["with a hashtag"] == pytest.approx(34.468, abs=0.001)


def test_mentions_further_on_are_what_is_left() -> None:
    rows = online.tweets().set_index("tweets")
    parts = rows.loc[["beginning with @", "with a mention further on"]]
    for column in ("number", "recomputed", "sample"):
        assert parts[column].sum() == pytest.approx(rows.loc["with a mention", column])


@pytest.mark.parametrize(
    ("one", "other", "least", "most"), [(50, 50, 0, 100), (80, 60, 50, 75), (20, 40, 0, 100)]
)
def test_two_shares_leave_room_for_their_overlap(
    one: float, other: float, least: float, most: float
) -> None:
    assert online.overlap(one, other) == pytest.approx((least, most))


def test_ez_is_first_in_no_printed_number_or_share() -> None:
    rows = online.lead()
    places = [place.split(" of ")[0] for place in rows["place"]]
    assert places == ["2", "2", "3", "2", "1", "1"]
    assert rows["first"].str.startswith("EZ").tolist() == [False] * 4 + [True] * 2


def test_named_accounts_are_counted_once() -> None:
    kinds, named = online.kinds(), online.accounts()
    assert kinds["all"].sum() == len(named) == 40
    assert (kinds.drop(columns=["sub-network", "all"]).sum(axis=1) == kinds["all"]).all()
    assert named["account"].is_unique


def test_the_network_of_actors_holds_every_account() -> None:
    graph = online.actors()
    placed = sum(
        weight for a, b, weight in graph.edges(data="weight") if "network:" in f"{a[:8]} {b[:8]}"
    )
    homes = sum(graph.degree(n, weight="weight") for n in graph if n.startswith("home: "))
    coded = _rows("online_accounts")
    assert placed == sum(row["subnetwork"] != "" for row in coded)
    assert homes == sum(row["home"] != "" for row in coded)
    assert nx.is_bipartite(graph)
    # Nobody stands in two sub-networks: the method gives each account one colour.
    for node in graph:
        if node.startswith("account: "):
            assert sum(end.startswith("network: ") for end in graph[node]) <= 1


def test_a_function_is_one_mark_for_all_who_have_it() -> None:
    labels = dict(online.actors().nodes(data="label"))
    assert "4 in communication" in labels.values()
    assert "3 journalists" in labels.values()
    alike = [label for label in labels.values() if label.startswith("spokesperson of the minister")]
    assert sorted(alike) == [
        "spokesperson of the minister, EZ",
        "spokesperson of the minister, SZW",
    ]
    account = [label for node, label in labels.items() if node.startswith("account: ")]
    assert len(account) == len(set(account)), "what is called alike says where it speaks from"


def test_actors_stand_in_columns() -> None:
    graph = online.actors()
    nodes = online.actors_view(graph).nodes.set_index("id")
    kind = nodes.index.str.partition(": ").get_level_values(0)
    assert nodes["x"][kind == "network"].max() < nodes["x"][kind == "account"].min()
    assert nodes["x"][kind == "account"].max() < nodes["x"][kind == "home"].min()
    assert len(nodes) == len(graph)
    assert nodes["named"].all()


def test_hashtags_stand_around_their_cluster() -> None:
    graph = online.hashtags()
    terms = [row["term"] for row in _rows("emma_figuur_3")]
    for term in terms:
        (cluster,) = graph[term]
        assert graph.nodes[cluster]["group"] == graph.nodes[term]["group"]
    nodes = online.hashtags_view(graph).nodes.set_index("id")
    clusters = nodes[nodes.index.str.startswith("cluster: ")]
    top = clusters[clusters["y"] == clusters["y"].min()]
    assert top["x"].idxmin() == "cluster: yellow"


def test_to_be_drawn_asks_more_of_others() -> None:
    rows = online.drawn()
    assert list(rows["at the least"]) == ["50 or 51"] * 2
    assert rows["of the civil servants"][1] == "4.5% or 4.6%"


def test_hidden_organisations_stay_below_the_filter() -> None:
    for follows in (1, 10, 50):
        organisations = online.unseen(follows)
        assert organisations * 49 >= 1109 * follows
        assert (organisations - 1) * 49 < 1109 * follows


def test_the_made_up_network_is_what_it_says() -> None:
    graph = online.toy()
    servants = [n for n, group in graph.nodes(data="group") if group == "servant"]
    assert {graph.out_degree(n) + graph.in_degree(n) for n in servants} == {16}
    outward = [tie for tie in graph.edges() if graph.nodes[tie[1]]["group"] == "organisation"]
    assert len(outward) == 2 * (graph.number_of_edges() - len(outward))
    assert nx.utils.graphs_equal(graph, online.toy())


def test_the_filter_takes_the_organisations_only() -> None:
    steps = online.toy_steps(online.toy())
    assert steps["outward"].is_monotonic_decreasing
    assert steps["organisations"].iloc[-1] == 0
    assert (steps["organisations"].iloc[:-1] > 0).all()
    assert (steps["nodes"] - steps["organisations"] == online.TOY["servants"]).all()


def test_charts_can_be_drawn() -> None:
    for drawn, rows in (
        (online.funnel_chart, online.funnel()),
        (online.ministries_chart, online.ministries()),
        (online.tweets_chart, online.tweets()),
    ):
        shown = figure.chart(drawn(rows), rows, "x", "A finding.")
        for picture in shown.pictures.values():
            assert "<svg" in picture
            for label in rows.iloc[:, 0]:
                assert f">{label.replace('&', '&amp;')}<" in picture


#: The code of a cell of a chapter, without its tags and caption.
CELL = re.compile(
    r"^```\{code-cell\} ipython3\n(?:---\n.*?\n---\n|:.*?\n)(.*?)^```", re.MULTILINE | re.DOTALL
)


def test_every_computed_value_is_told_once_and_used() -> None:
    text = (REPO / "chapters" / f"{PAGE}.md").read_text("utf-8")
    told = [
        keyword.arg
        for cell in CELL.findall(text)
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tell"
        for keyword in node.keywords
        if keyword.arg not in ("of_", "how", "as_printed")
    ]
    assert len(told) == len(set(told)) > 30
    assert set(told) == set(re.findall(r"\{fact\}`=(\w+)`", text))


# The data ---------------------------------------------------------------------------------------


def test_same_figures_have_same_values() -> None:
    same = re.compile(r"The same as ([a-z_0-9.]*[a-z_0-9])\.")
    values = {row["id"]: (row["value"], row["unit"]) for row in LEDGER}
    pairs = [(row["id"], other) for row in OURS for other in same.findall(row["note"])]
    assert len(pairs) > 10
    assert [pair for pair in pairs if values[pair[0]][0] != values[pair[1]][0]] == []


def test_sums_of_tabel_5_are_as_the_page_says() -> None:
    rows = _rows("emma_tabel_5")
    assert sum(int(row["twitter"]) for row in rows) == published.value("online_twitter.accounts")
    found = published.value("online_linkedin.civil_servants")
    assert sum(int(row["linkedin"]) for row in rows) == found + 10
    assert "6,817" in published.fact("online_linkedin.civil_servants").note


def test_counts_in_words_are_counts_of_rows() -> None:
    value = published.value
    assert len(_rows("online_subnetworks")) == value("online_network.subnetworks")
    clusters = _rows("online_clusters")
    assert len(clusters) == value("online_hashtags.clusters")
    policy = [row for row in clusters if row["policy"] == "true"]
    assert len(policy) == value("online_hashtags.policy_clusters")
    assert len(_rows("emma_tabel_6")) == value("online_twitter.properties")


def test_ministries_have_the_keys_of_the_table() -> None:
    ministries = {row["ministry"]: row["label_en"] for row in _rows("emma_tabel_5")}
    for row in _rows("online_homes"):
        if row["home"] not in ("rijkswaterstaat", "politics", "press"):
            assert ministries[row["home"]] == row["label_en"]


# Surnames of persons whom the study names and this book does not; hashed, so that they do not
# stand here either.
PRIVATE = {
    "c5ef3cd73481c4bc",
    "4fbf9c3289d9a834",
    "cc979bee42b58529",
    "9c5fe8377717dce1",
    "fdea1b2209691ebe",
    "57173e2276660b80",
    "956f8b2724661cb0",
    "54899d61f28c9d9e",
    "cd06c76e9078d617",
    "04eecb6852421485",
    "8f1ba6b764b86aed",
    "267af481e192c7a2",
    "83136b61cb9f6bf6",
    "dbd4596334560c90",
    "6cb8bfffba301e9e",
    "89e8143073ae4678",
    "7c74c2238e7396d4",
    "8a5725ec26d4001e",
    "3276eeac02339853",
    "94c5b83e0fa7ca3a",
    "3b6ff692759c1af8",
    "d7a6fad9c06060e3",
    "63256e49f0c38a45",
    "f24abdfa6f9d91b1",
    "eb3168e591d5c6b6",
    "7256df9a152ce21a",
    "2eefe0ef0de7da13",
    "a69bb1f645a90089",
    "000e05a37c497012",
    "085e456dfacae8c1",
    "86d3e59a76cfeacf",
    "f0229c6580f5a2a3",
    "defa8c09f353718b",
    "6059c5454fd813e7",
    "0acbde59e9a7920f",
    "436cb65087470132",
    "6ac6bf1303372a45",
    "50393c2abaf07ddc",
    "19e37c4dfe9a2e15",
    "caa948134f8f11cf",
}


def test_no_private_person_is_named() -> None:
    files = [REPO / "chapters" / f"{PAGE}.md", REPO / "casebook" / "civil_servants_online.py"]
    files += [*(REPO / "data").glob("*/emma_*.csv"), *(REPO / "data").glob("coded/online_*.csv")]
    files += [REPO / "data/published/ledger.csv", REPO / "data/datapackage.json"]
    assert len(files) > 14
    for path in files:
        words = set(re.findall(r"\w+", path.read_text("utf-8").lower()))
        hashes = {hashlib.sha256(word.encode()).hexdigest()[:16] for word in words}
        assert not hashes & PRIVATE, path.name


# Against the source text ------------------------------------------------------------------------

#: Sections of this page, by locator, and where the next chapter begins (None).
PARTS: list[tuple[str | None, str]] = [
    ("§4.2", "\n4.2 Tweet- en LinkedIn analyse\n"),
    ("§4.3", "\n4.3 LinkedInanalyse\n"),
    ("§4.4", "\n4.4 Twitteranalyse\n"),
    (None, "\n5. BESCHOUWINGEN UIT DE PRAKTIJK\n"),
]
#: A footnote, numbered by a superscript but for the first.
NOTE = re.compile(r"^(?:(4)|([⁵-⁹]|¹⁰)) (.+)$", re.MULTILINE)
#: A line of a table: label and cells with a tab between them.
ROW = re.compile(r"^[^\t\n]*(?:\t[^\t\n]*)+$", re.MULTILINE)
ALLOWED = {
    r"4\.[234] (?:Tweet|LinkedIn|Twitter)": "heading",
    r"hoofdstuk 3|(?:[Gg]rafiek|[Tt]abel|[Ff]iguur) \d+": "reference to a chapter, table or chart",
    r"(?:Borra et al\.|Hermens, and Rogers|and Westra 07-|Geel 12-|Möhring et al\.|and Engelen)"
    r" ?(?:19|20)\d\d(?:, \d{1,2})?": "citation",
    r"Al in 2002 wordt": "year of a work cited",
    r"Twitteractiviteit in 2012": "caption",
    r"[Aa]mbtenaar 2\.0|Society 3\.0|#(?:ambtenaar20|society30)": "name or hashtag",
    r"niet gericht op één departement|lijn tussen twee ministeries": "manner of speaking",
}


def _parts() -> dict[str, str]:
    """The sections and, by themselves, their notes; rows of tables left out."""
    text, starts = _source("emma2013"), []
    for _, heading in PARTS:
        starts.append(text.index(heading, starts[-1] if starts else 0))
    parts: dict[str, str] = {}
    for (name, _), start, end in zip(PARTS, starts, [*starts[1:], starts[-1]], strict=True):
        if name:
            section = ROW.sub("", text[start:end])
            for usual, raised, note in NOTE.findall(section):
                number = usual or raised.translate(str.maketrans("⁰¹⁵⁶⁷⁸⁹", "0156789"))
                parts[f"{name}, note {number}"] = _flat(note)
            parts[name] = _flat(NOTE.sub("", section))
    return parts


@needs_sources
def test_no_figure_was_missed() -> None:
    missed, idle = [], set(ALLOWED)
    parts = _parts()
    assert len(parts) == 10
    assert {row["locator"] for row in OURS} <= set(parts)
    for part, text in parts.items():
        spans: list[tuple[int, int]] = []
        for row in OURS:
            if row["locator"] != part:
                continue
            found = [m.span() for m in re.finditer(re.escape(row["as_published"]), text)]
            free = [s for s in found if not any(a < s[1] and s[0] < b for a, b in spans)]
            assert free, f"{row['id']}: no place left in {part} for {row['as_published']!r}"
            spans.append(free[0])
        allowed = [(pattern, m.span()) for pattern in ALLOWED for m in re.finditer(pattern, text)]
        for hit in NUMBER.finditer(text):
            if any(a <= hit.start() and hit.end() <= b for a, b in spans):
                continue
            reasons = {p for p, (a, b) in allowed if a <= hit.start() and hit.end() <= b}
            if not reasons:
                missed.append(f"{part}: ...{text[hit.start() - 40 : hit.end() + 20]}")
            idle -= reasons
    assert missed == []
    assert idle == set(), "allowances that no text needs"


@needs_sources
@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("emma_tabel_5", ("linkedin", "twitter")),
        ("emma_tabel_6", ("tweets", "share", "share_sample")),
    ],
)
def test_every_cell_is_that_of_the_source(table: str, columns: tuple[str, ...]) -> None:
    rows = [line.split("\t") for line in ROW.findall(_source("emma2013"))]

    def number(cell: str) -> float:
        # A full stop parts thousands, a comma decimals.
        return float(cell.strip().rstrip("%").replace(".", "").replace(",", "."))

    printed = {row[0].strip(): row[1:] for row in rows}
    for row in _rows(table):
        cells = [number(cell) for cell in printed[row["label_nl"]]]
        assert cells == [float(row[column]) for column in columns]


@needs_sources
def test_terms_and_dutch_labels_are_words_of_the_study() -> None:
    def squeeze(text: str) -> str:
        return re.sub(r"[\s\-–’'*]", "", text).casefold()

    text = squeeze(_source("emma2013"))
    colours = {"groen": "groene", "blauw": "blauwe", "rood": "rode", "geel": "gele"}
    said = [row["term"] for row in _rows("emma_figuur_3") if not row["term"].startswith("[")]
    for name in ("online_subnetworks", "online_clusters", "emma_tabel_5", "emma_tabel_6"):
        said += [row["label_nl"] for row in _rows(name)]
    for name in ("online_subnetworks", "online_clusters"):
        said += [colours.get(row["colour_nl"], row["colour_nl"]) for row in _rows(name)]
    assert [word for word in said if squeeze(word) not in text] == []
    labels = [row["account_label"] for row in _rows("online_accounts")]
    printed = [re.sub(r" \(\d\)$", "", label) for label in labels]
    assert [label for label in printed if squeeze(label.removesuffix(" EZ")) not in text] == []
