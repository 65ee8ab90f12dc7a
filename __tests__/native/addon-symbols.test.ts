import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { builtAddon } from "../../lib/native/addon-places";

const root = join(__dirname, "..", "..");

/** What each version of Node-API has. */
const { symbols } = createRequire(__filename)(join(root, "node_modules", "node-api-headers")) as {
  symbols: Record<string, Record<"js_native_api_symbols" | "node_api_symbols", string[]>>;
};

function dynamicSymbols(kind: "--defined-only" | "--undefined-only"): string[] {
  const options = ["--dynamic", "--demangle", "--format=just-symbols", kind];
  return execFileSync("nm", [...options, builtAddon(root)], { encoding: "utf8" })
    .trim()
    .split("\n");
}

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux(
  "the addon takes of its host what Node-API 8 has, and so runs in every Node.js and Electron that has it",
  () => {
    const { js_native_api_symbols, node_api_symbols } = symbols["v8"]!;
    const host = dynamicSymbols("--undefined-only").filter((name) => /^(napi_|node_|uv_|v8::|node::)/.test(name));

    expect(host).toContain("napi_create_function");
    expect(host.filter((name) => ![...js_native_api_symbols, ...node_api_symbols].includes(name))).toEqual([]);
  },
);

onLinux("the addon shows what Node looks for, and nothing of its own that another library could bind to", () => {
  expect(dynamicSymbols("--defined-only").sort()).toEqual([
    "napi_register_module_v1",
    "node_api_module_get_api_version_v1",
  ]);
});
