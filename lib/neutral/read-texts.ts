import { checkPaths } from "../arguments/check";
import { readJsonl } from "../data/jsonl";
import { readText } from "../data/text";
import { SteeringError } from "../errors";

/**
 * Neutral texts of a user's own: the field `text` of each row of a JSON Lines file, or the passages of a text file, with
 * blank lines between them.
 *
 * @throws ERR_DATASET_FORMAT for a file that cannot be read, is not UTF-8 or has no texts, or a row without one
 */
export async function readNeutralTexts(path: string): Promise<string[]> {
  checkPaths({ path });
  const texts: string[] = [];
  if (path.endsWith(".jsonl")) for await (const row of readJsonl(path)) texts.push(row.text("text"));
  else texts.push(...passages(await wholeText(path)));
  if (texts.length > 0) return texts;
  throw new SteeringError("ERR_DATASET_FORMAT", `${path}: expected neutral texts, found none`, { path });
}

async function wholeText(path: string): Promise<string> {
  let text = "";
  for await (const piece of readText(path)) text += piece;
  return text;
}

function passages(text: string): string[] {
  return text
    .split(/\r?\n\s*\n/)
    .map((passage) => passage.trim())
    .filter((passage) => passage !== "");
}
