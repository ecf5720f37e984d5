/* Python in a worker, so that the page stays responsive: loads the pinned distribution, unpacks a
   chapter's bundle, runs cells one after another. All files come from the page's own site. */
const bytes = (path) => fetch(path).then((answer) => {
  if (!answer.ok) throw new Error(path + " could not be read (" + answer.status + ").");
  return answer.arrayBuffer();
});
const stage = (text, share) => postMessage({ kind: "stage", text, share });
const HOME = "/home/pyodide";
let runtime;

/* Everything is asked for at once; Python starts while the larger packages still arrive. */
async function start({ base, chapter, published }) {
  const own = base + "_static/pyodide/", run = base + "_static/run/";
  stage("Loading Python", 2);
  const { loadPyodide } = await import(own + "pyodide.mjs");
  const packed = [bytes(run + "packages.zip"), bytes(base + "downloads/" + chapter + ".zip")];
  const python = await loadPyodide({
    indexURL: own, lockFileURL: own + "casebook-lock.json",
    packages: ["numpy", "scipy", "pandas", "jsonschema"], checkIntegrity: true,
  });
  stage("Unpacking the chapter and its data", 60);
  const site = python.runPython("import site; site.getsitepackages()[0]");
  python.unpackArchive(await packed[0], "zip", { extractDir: site });
  python.unpackArchive(await packed[1], "zip", { extractDir: HOME + "/chapter" });
  const wheel = python.FS.readdir(HOME + "/chapter").find((name) => name.endsWith(".whl"));
  python.unpackArchive(python.FS.readFile(HOME + "/chapter/" + wheel), "zip", { extractDir: site });
  stage("Importing the packages", 70);
  python.runPython("import importlib; importlib.invalidate_caches()");
  runtime = python.pyimport("runtime");
  runtime.begin(HOME + "/chapter", JSON.stringify(published));
  postMessage({ kind: "ready" });
}

function run({ cell, source, published }) {
  const result = JSON.parse(runtime.run(source));
  const made = result.figure || result.told;
  if (made && published) result.differ = JSON.parse(runtime.compare(JSON.stringify(made), JSON.stringify(published)));
  postMessage({ kind: "result", cell, result });
}

onmessage = async (event) => {
  try {
    if (event.data.kind === "start") await start(event.data);
    else run(event.data);
  } catch (error) {
    postMessage({ kind: "failed", text: String(error.message || error) });
  }
};
