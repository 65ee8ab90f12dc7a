// architectures.mjs [--device NAME] [ARCHITECTURE...]: docs/architectures.md, of a tiny random model of each architecture.
//
// By hand, after `npm run build`, with g++: what llama.cpp's graphs name is the pinned release's, so it changes with that.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { diagnose } from "../dist/index.js";
import { LLAMA_RELEASE, libraryDirectory } from "../dist/native/platform.js";

const ARCHITECTURES =
  "llama mistral3 gemma gemma2 gemma3 gemma3n qwen2 qwen3 qwen3moe phi2 phi3 gpt2 gptneox gpt-oss olmo2 olmoe starcoder2 falcon granite command-r cohere2 exaone4 glm4 smollm3 stablelm mpt bloom mamba mamba2 jamba falcon-h1 granitehybrid nemotron_h plamo2 lfm2";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "build", "architectures");
const libraries = libraryDirectory(root);
const { values, positionals } = parseArgs({
  options: { device: { type: "string", default: "cpu" } },
  allowPositionals: true,
});

function makeModels(architectures) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "make-models");
  const upstream = join(root, "build", `llama.cpp-v${LLAMA_RELEASE}`);
  const linked = readdirSync(libraries).filter((file) => /^lib(llama\.v.*|ggml\.v.*|ggml-base)\.so$/.test(file));
  execFileSync("g++", [
    ...["-std=c++17", "-O1", "-I", join(upstream, "include"), "-I", join(upstream, "ggml", "include")],
    join(root, "scripts", "architectures", "make_models.cpp"),
    ...["-o", program, ...linked.map((file) => join(libraries, file))],
    ...[`-Wl,-rpath,${libraries}`, "-Wl,--allow-shlib-undefined"],
  ]);
  const vocabulary = join(root, "__tests__", "fixtures", "llama.gguf");
  const env = { ...process.env, CORRSTEER_BACKENDS: libraries };
  spawnSync(program, [folder, vocabulary, ...architectures], { env, stdio: ["ignore", "ignore", "inherit"] });
}

async function row(architecture) {
  const model = join(folder, `${architecture}.gguf`);
  if (!existsSync(model)) return `| ${architecture} | no model could be made | | |`;
  const { checks } = await diagnose({ model, deep: true, device: values.device });
  const cell = (name) => {
    const { status, detail } = checks.find((check) => check.name === name) ?? { status: "skipped", detail: "" };
    return status === "passed" ? shortened(detail) : `**${status}** ${detail}`;
  };
  const refused = checks.find(({ name, status }) => name === "engine" && status === "failed");
  if (refused) return `| ${architecture} | **refused** ${refused.detail} | | |`;
  return `| ${architecture} | ${["every layer pushed", "recomputed", "as on the CPU"].map(cell).join(" | ")} |`;
}

/** Of a detail its figures. */
function shortened(detail) {
  if (detail.includes("pushed") || detail.includes("moved")) {
    const input = detail.includes("but not") ? "without" : "with";
    return `${input} block 0's input, ${/moved (.*) by/.exec(detail)[1]}`;
  }
  const figures = detail.match(/(?<=NMSE |alone, )[0-9.e-]+/g);
  return figures ? figures.join(", ") : "";
}

const architectures = positionals.length > 0 ? positionals : ARCHITECTURES.split(" ");
makeModels(architectures);
const rows = [];
for (const architecture of architectures) {
  rows.push(await row(architecture));
  console.log(rows.at(-1));
}
const page = `# Architectures

What \`corrsteer doctor --deep\` finds of llama.cpp ${LLAMA_RELEASE}'s graphs, on tiny models with random weights: 4 blocks of 64
values, float32, \`node scripts/architectures.mjs --device ${values.device}\`. Mistral's first models are \`llama\` in a GGUF. A real model is
checked in the same way: \`corrsteer doctor --deep model.gguf\`.

- pushed: every block's output, and the input of block 0 where the graph names it, is moved by a push and by nothing else, at
  the prompt's end and in 4 more decodes; how far from exactly, of the push
- recomputed: NMSE of rows from the cache to those of one pass, and of a fork, steered, to a run alone
- device: NMSE to the CPU, where it is another

| architecture | pushed | recomputed | device |
| --- | --- | --- | --- |
${rows.join("\n")}

An architecture that is refused names its blocks' outputs otherwise, or carries several streams: an engine on it is
\`ERR_HOOK_POINT\`. Where a whole model is recurrent (Mamba), llama.cpp may part a batch by sequences, so that
rows do not come in the batch's order: such a run of several branches is \`ERR_HOOK_POINT\` then, and none goes on unread or
unsteered; runs of one branch work.
`;
const path = join(root, "docs", "architectures.md");
if (positionals.length === 0)
  writeFileSync(path, await format(page, { ...(await resolveConfig(path)), filepath: path }));
