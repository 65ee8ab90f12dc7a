import { readJsonl } from "../data/jsonl";
import { SteeringError } from "../errors";
import { readBytes } from "../store/read-file";

/**
 * Neutral texts of a user's own: the field `text` of each row of a JSON Lines file, or the passages of a text file, with
 * blank lines between them.
 *
 * @throws ERR_DATASET_FORMAT for a file without texts, or a row without one; ERR_FILE_FORMAT when it cannot be read
 */
export async function readNeutralTexts(path: string): Promise<string[]> {
  const texts: string[] = [];
  if (path.endsWith(".jsonl")) for await (const row of readJsonl(path)) texts.push(row.text("text"));
  else texts.push(...passages((await readBytes(path)).toString("utf8")));
  if (texts.length > 0) return texts;
  throw new SteeringError("ERR_DATASET_FORMAT", `${path}: expected neutral texts, found none`, { path });
}

function passages(text: string): string[] {
  return text
    .split(/\r?\n\s*\n/)
    .map((passage) => passage.trim())
    .filter((passage) => passage !== "");
}
