import { lines } from "../data/lines";

/** On a line of its own it ends a document. */
const END_OF_DOCUMENT = "<|endoftext|>";

/** Characters: a document that has as many ends at the next blank line; one that has so many at the end of the line. */
const LONG = 2 ** 13;
const LONGEST = 2 ** 15;

/**
 * The documents of a plain text, which is never in memory as a whole: one ends at a line `<|endoftext|>`, at the first blank
 * line from 8,192 characters on, and without one at the first line's end from 32,768 on; a longer line is cut. So the parts
 * of a book are documents, each of whole paragraphs.
 */
export async function* documents(text: AsyncIterable<string>): AsyncGenerator<string> {
  let document = "";
  for await (const line of lines(text, LONGEST)) {
    const content = line.trim();
    const isEnd = content === END_OF_DOCUMENT;
    if (!isEnd) document += `${line.replace(/\r$/, "")}\n`;
    if (!isEnd && document.length < (content === "" ? LONG : LONGEST)) continue;
    if (document.trim() !== "") yield document.trim();
    document = "";
  }
  if (document.trim() !== "") yield document.trim();
}
