// Packs what is published, into build/release/: the main package, and one for each platform whose addon this machine makes,
// which are its own and, where `npm run test:arm64` has built for it, Linux on arm64. Prints what each weighs.
import { existsSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { placeMainPackage } from "./main-package.mjs";
import { npm } from "./npm.mjs";
import { OWN, placePlatformPackage, PLATFORMS } from "./platform-package.mjs";

const root = join(import.meta.dirname, "..");
const release = join(root, "build", "release");

rmSync(release, { recursive: true, force: true });
const folders = [placeMainPackage(join(release, "corrsteer"))];
for (const platform of PLATFORMS.filter((platform) => platform === OWN || isCrossBuilt(platform)))
  folders.push(await placePlatformPackage(platform, release));

function isCrossBuilt(platform) {
  return existsSync(join(root, "build", platform, "Release", "corrsteer.node"));
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
for (const folder of folders) {
  const [packed] = JSON.parse(npm(["pack", "--json", "--pack-destination", relative(folder, release)], folder));
  console.log(`${packed.filename}: ${megabytes(packed.size)} packed, ${megabytes(packed.unpackedSize)} unpacked`);
}
