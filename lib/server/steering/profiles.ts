import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelIdentity } from "../../model/identity";
import type { Model } from "../../model/model";
import { checkProfile } from "../../steering/check";
import { loadProfile, type ProfileDocument, saveProfile } from "../../steering/profile";
import { profileSteering } from "../../steering/profile-steering";
import type { Steering } from "../../steering/steering";
import { ApiError } from "../errors/api-error";
import { PROFILE_NAME } from "../schemas/steering";

const SUFFIX = ".steer.json";

/** A profile of the folder, read. */
export interface StoredProfile {
  readonly name: string;
  readonly document: Omit<ProfileDocument, "vectors">;
  readonly steering: Steering;
  /** What to know of it: that it was made for another file of the model's shape. */
  readonly warning: string | undefined;
}

/**
 * The profiles of a folder, by the names of their files. What is put there or removed while the server runs counts at once;
 * a file that stays the same is read once. A name is looked for among those that are there: nothing else is opened.
 */
export class ProfileFolder {
  readonly #read = new Map<string, { readonly stamp: string; readonly profile: Promise<StoredProfile> }>();

  constructor(
    private readonly folder: string | undefined,
    private readonly model: Model,
  ) {}

  async names(): Promise<string[]> {
    if (this.folder === undefined) return [];
    const files = (await readdir(this.folder)).filter((file) => file.endsWith(SUFFIX));
    return files
      .map((file) => file.slice(0, -SUFFIX.length))
      .filter((name) => PROFILE_NAME.test(name))
      .sort();
  }

  /** @throws ApiError 404; ERR_FILE_FORMAT for a damaged one, ERR_SHAPE_MISMATCH for one of another model */
  async get(name: string, param: string): Promise<StoredProfile> {
    const names = await this.names();
    if (!names.includes(name)) throw unknown(name, param, names);
    const path = this.#pathOf(name);
    const { mtimeMs, size, ino } = await stat(path);
    const stamp = `${mtimeMs} ${size} ${ino}`;
    const known = this.#read.get(name);
    if (known?.stamp === stamp) return await known.profile;
    const profile = this.#load(name, path);
    this.#read.set(name, { stamp, profile });
    profile.catch(() => this.#read.delete(name));
    return await profile;
  }

  /**
   * Takes a profile in: what `*.steer.json` and its safetensors hold. It is read where nobody looks for it, and moved when it
   * is whole and fits the model.
   *
   * @throws as `get`
   */
  async put(name: string, document: unknown, vectors: Uint8Array): Promise<StoredProfile> {
    const folder = this.#requireFolder();
    const waiting = await mkdtemp(join(folder, ".upload-"));
    try {
      await writeFile(join(waiting, `${name}.safetensors`), vectors);
      const path = join(waiting, `${name}${SUFFIX}`);
      await writeFile(path, JSON.stringify(withVectorsAt(document, `${name}.safetensors`)));
      await this.#load(name, path);
      await saveProfile(this.#pathOf(name), await loadProfile(path));
      this.#read.delete(name);
      return await this.get(name, "name");
    } finally {
      await rm(waiting, { recursive: true, force: true });
    }
  }

  /** Removes both files of a profile, also of a damaged one. @throws ApiError 404 */
  async remove(name: string): Promise<void> {
    const names = await this.names();
    if (!names.includes(name)) throw unknown(name, "name", names);
    await rm(this.#pathOf(name), { force: true });
    await rm(join(this.#requireFolder(), `${name}.safetensors`), { force: true });
    this.#read.delete(name);
  }

  async #load(name: string, path: string): Promise<StoredProfile> {
    const profile = await loadProfile(path);
    const warning = checkProfile(profile, await modelIdentity(this.model));
    return { name, document: profile, steering: profileSteering(profile), warning };
  }

  #pathOf(name: string): string {
    return join(this.#requireFolder(), `${name}${SUFFIX}`);
  }

  #requireFolder(): string {
    if (this.folder !== undefined) return this.folder;
    const problem = "This server has no folder of profiles: start it with --profiles.";
    throw new ApiError(409, problem, null, "no_profile_folder");
  }
}

/** An upload says where its vectors lie on another machine. */
function withVectorsAt(document: unknown, file: string): unknown {
  const { vectors } = document as { vectors?: unknown };
  if (typeof vectors !== "object" || vectors === null) return document; // refused where it is read
  return { ...(document as object), vectors: { ...vectors, file } };
}

function unknown(name: string, param: string, names: readonly string[]): ApiError {
  const there = names.length === 0 ? "there is none" : `there are ${names.join(", ")}`;
  return new ApiError(404, `The profile '${name}' does not exist: ${there}.`, param, "profile_not_found");
}
