import { join } from "node:path";
import type { z } from "zod";
import { readJson } from "../../files/json";
import type { TensorPlace } from "../../native/tensor-place";
import { unsupported, type SaeConfig, type SaeConfigOptions } from "../config";
import { placeOf } from "../weights";

/** One SAE of a publisher's format, unread. */
export interface SaeSource {
  /** With its configuration. */
  readonly folder: string;
  readonly weightsPath: string;
}

/** How one publisher lays out SAEs. */
export interface SaeFormat {
  /** What its SAEs are called together. */
  readonly family: string;
  /** The files of weights, by their names in a folder, of the SAEs right in it; none for a folder of another format. */
  find(names: ReadonlySet<string>): readonly string[];
  /** What it computes: the weights are unread. @throws ERR_SAE_FORMAT, ERR_FILE_FORMAT */
  read(source: SaeSource, options: SaeConfigOptions): Promise<SaeConfig>;
}

/** @throws ERR_FILE_FORMAT */
export function configOf<T extends z.ZodType>(folder: string, name: string, schema: T): Promise<z.infer<T>> {
  return readJson(join(folder, name), schema);
}

/** Sizes of a matrix, for a publisher who writes them nowhere else. @throws ERR_SAE_FORMAT */
export function sizesOf(path: string, name: string, places: readonly TensorPlace[]): [rows: number, columns: number] {
  const { shape } = placeOf(path, name, places);
  const [rows, columns] = shape;
  if (shape.length === 2 && rows! > 0 && columns! > 0) return [rows!, columns!];
  throw unsupported(`expected two dimensions of ${name}, found [${shape.join(", ")}]`);
}
