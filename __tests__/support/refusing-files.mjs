// node --import of a worker: files below REFUSING_FOLDER are refused at random, and so is a name that a file is given every other
// time after it has it. REFUSING_LOG gets a line for each refusal, and for each name that another worker's file had already.
import { appendFileSync } from "node:fs";
import files from "node:fs/promises";

const SHARE = 0.02;
const { REFUSING_FOLDER: folder, REFUSING_LOG: log } = process.env;

const refuse = (name) => {
  appendFileSync(log, `refused ${name}\n`);
  throw Object.assign(new Error(`EIO: refused at random, ${name}`), { code: "EIO" });
};
const isRefused = (path) => String(path).startsWith(folder) && Math.random() < SHARE;

for (const name of ["open", "readFile", "readdir"]) {
  const own = files[name];
  files[name] = async (path, ...rest) => (isRefused(path) ? refuse(name) : own(path, ...rest));
}

const { link } = files;
files.link = async (from, to) => {
  const refused = isRefused(to);
  if (refused && Math.random() < 0.5) refuse("link");
  await link(from, to).catch((error) => {
    if (error.code === "EEXIST") appendFileSync(log, `there ${to}\n`);
    throw error;
  });
  if (refused) refuse("link");
};
