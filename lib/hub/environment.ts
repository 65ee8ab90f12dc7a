import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { invalidArgument } from "../errors";

// What people set once for all programs that use the hub: huggingface.co/docs/huggingface_hub, "Environment variables".

/** Where the hub is: `HF_ENDPOINT`. @throws ERR_INVALID_ARGUMENT */
export function hubEndpoint(): string {
  return serverNamed("HF_ENDPOINT", "https://huggingface.co");
}

/** The address that a variable has, without a slash behind it, or the usual one. @throws ERR_INVALID_ARGUMENT */
export function serverNamed(variable: string, usual: string): string {
  const address = process.env[variable] || usual;
  if (/^https?:\/\//.test(address) && URL.canParse(address)) return address.replace(/\/+$/, "");
  throw invalidArgument(variable, "an address", address);
}

/** The cache of all programs of this user: `HF_HUB_CACHE`, else "hub" in `HF_HOME`. */
export function hubCache(): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = process.env;
  return expanded(HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || join(hubHome(), "hub"));
}

/** `HF_HUB_OFFLINE`: nothing is asked of the hub. */
export function isOffline(): boolean {
  return isYes(process.env["HF_HUB_OFFLINE"] || process.env["TRANSFORMERS_OFFLINE"]);
}

/** Who asks: `HF_TOKEN`, else the file of `HF_TOKEN_PATH`, which `hf auth login` writes. Never to be shown. @throws ERR_INVALID_ARGUMENT */
export async function hubToken(): Promise<string | undefined> {
  if (isYes(process.env["HF_HUB_DISABLE_IMPLICIT_TOKEN"])) return undefined;
  const file = expanded(process.env["HF_TOKEN_PATH"] || join(hubHome(), "token"));
  const given = process.env["HF_TOKEN"] || process.env["HUGGING_FACE_HUB_TOKEN"];
  const token = (given ?? (await readFile(file, "utf8").catch(() => ""))).trim();
  if (/^[\x21-\x7e]*$/.test(token)) return token === "" ? undefined : token;
  throw invalidArgument(given === undefined ? file : "HF_TOKEN", "a token, of ASCII without spaces", "***");
}

function hubHome(): string {
  const { HF_HOME, XDG_CACHE_HOME } = process.env;
  return expanded(HF_HOME || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface"));
}

function isYes(value: string | undefined): boolean {
  return ["1", "true", "yes", "on"].includes((value ?? "").toLowerCase());
}

function expanded(path: string): string {
  return path.replace(/^~(?=$|[\\/])/, homedir());
}
