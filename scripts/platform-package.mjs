// The package of one platform: what is compiled for it, which is the addon, with the licences of what is compiled into that.
// llama.cpp's libraries are its dependency and not the main package's, as some of theirs name processors of other platforms.
// prebuildify would call node-gyp, which wants Python and Node's own headers; what it is given here takes the same arguments
// and needs neither.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import prebuildify from "prebuildify";
import { compiledNotices } from "./notices.mjs";

/** The platforms that have one, as Node names them. */
export const PLATFORMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"];

/** This machine's. */
export const OWN = `${process.platform}-${process.arch}`;
/** Those that are built on another machine too, with what strips an addon there. */
const CROSS = { "linux-arm64": "aarch64-linux-gnu-strip" };

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

export function platformPackageName(platform) {
  return `@corrsteer/${platform}`;
}

/** Builds the addon and puts the package into a folder below `out`, which is given. */
export async function placePlatformPackage(platform, out) {
  const [os, cpu] = platform.split("-");
  const cross = platform === OWN ? {} : { stripBin: CROSS[platform] };
  const nodeGyp = `node scripts/build-native.mjs --gyp${platform === OWN ? "" : ` --cross=${platform}`}`;
  const build = { napi: true, strip: true, nodeGyp, shell: true, targets: [process.versions.node], cwd: root };
  await promisify(prebuildify)({ ...build, ...cross, platform: os, arch: cpu, out });
  const folder = join(out, "prebuilds", platform);
  const llama = require(join(root, "dist", "native", "platform.js"));
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write("package.json", `${JSON.stringify(manifest(platform, llama), null, 2)}\n`);
  write(
    "README.md",
    `The addon of [corrsteer](https://www.npmjs.com/package/corrsteer) for ${platform}, which installs it.\n`,
  );
  write("THIRD-PARTY-NOTICES.txt", compiledNotices(llama.LLAMA_RELEASE));
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  return folder;
}

function manifest(platform, { pinnedVersion, platformPackage }) {
  const [os, cpu] = platform.split("-");
  const main = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { version, license, author, homepage, repository, bugs, type, engines } = main;
  return {
    name: platformPackageName(platform),
    version,
    description: `The addon of corrsteer for ${platform}`,
    ...{ license, author, homepage, repository, bugs, type, engines },
    os: [os],
    cpu: [cpu],
    ...(os === "linux" && { libc: ["glibc"] }),
    files: ["corrsteer.node", "THIRD-PARTY-NOTICES.txt"],
    dependencies: { [platformPackage(platform)]: pinnedVersion() },
    preferUnplugged: true,
    publishConfig: { access: "public" },
  };
}
