/**
 * The lines of a text without their ends, however it comes in pieces; one of more than `most` characters is parted into
 * pieces of as many.
 */
export async function* lines(text: AsyncIterable<string>, most: number): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of text) {
    const [end, ...pieces] = piece.split("\n"); // of the piece alone: a long line is not looked through again and again
    rest += end!;
    for (const next of pieces) {
      yield* parted(rest, most);
      rest = next;
    }
    while (rest.length > most) {
      yield rest.slice(0, cutAt(rest, most));
      rest = rest.slice(cutAt(rest, most));
    }
  }
  if (rest !== "") yield* parted(rest, most);
}

function* parted(line: string, most: number): Generator<string> {
  let rest = line;
  for (; rest.length > most; rest = rest.slice(cutAt(rest, most))) yield rest.slice(0, cutAt(rest, most));
  yield rest;
}

/** Not between the halves of a character beyond U+FFFF. */
function cutAt(text: string, most: number): number {
  return /[\ud800-\udbff]/.test(text[most - 1]!) ? most - 1 : most;
}
