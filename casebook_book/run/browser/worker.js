/* Python in a worker, so that the page stays responsive: loads the pinned distribution, unpacks a
   chapter's bundle, runs cells one after another. All files come from the page's own site. */
const bytes = (path) => fetch(path).then((answer) => {
  if (!answer.ok) throw new Error(path + " could not be read (" + answer.status + ").");
  return answer.arrayBuffer();
});
const stage = (text, share) => postMessage({ kind: "stage", text, share });
const HOME = "/chapters/";
let python = null, site, runtime;

/* What is no package of the distribution is asked for at once, and arrives while that loads. */
async function load(base) {
  const own = base + "_static/pyodide/", run = base + "_static/run/";
  stage("Loading Python", 2);
  const { loadPyodide } = await import(own + "pyodide.mjs");
  const packed = bytes(run + "packages.zip");
  python = await loadPyodide({
    indexURL: own, lockFileURL: own + "casebook-lock.json",
    packages: ["numpy", "scipy", "pandas", "jsonschema"], checkIntegrity: true,
  });
  site = python.runPython("import site; site.getsitepackages()[0]");
  python.unpackArchive(await packed, "zip", { extractDir: site });
}

async function start({ base, chapter, published }) {
  const bundle = bytes(base + "downloads/" + chapter + ".zip"), folder = HOME + chapter;
  if (!python) await load(base);
  stage("Unpacking the chapter and its data", 60);
  python.FS.mkdirTree(folder);
  python.unpackArchive(await bundle, "zip", { extractDir: folder });
  const wheel = python.FS.readdir(folder).find((name) => name.endsWith(".whl"));
  python.unpackArchive(python.FS.readFile(folder + "/" + wheel), "zip", { extractDir: site });
  stage("Importing the packages", 70);
  python.runPython("import importlib; importlib.invalidate_caches()");
  runtime = python.pyimport("runtime");
  runtime.begin(folder, JSON.stringify(published));
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
