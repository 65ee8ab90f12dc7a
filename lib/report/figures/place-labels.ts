/** A point in pixels and what to write beside it. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where the label goes, from its point. */
export interface Placement {
  readonly dx: number;
  readonly dy: number;
  readonly align: "center" | "left" | "right";
}

/** Of letters of 12 pixels, about. */
const LETTER = 7.5;
const LINE = 15;
const PLACES: readonly Placement[] = [
  { dx: 0, dy: -10, align: "center" },
  { dx: 9, dy: 4, align: "left" },
  { dx: -9, dy: 4, align: "right" },
  { dx: 0, dy: 18, align: "center" },
];

/**
 * Places labels in order, each where it covers no other label and no point; undefined for those that find no place.
 * Vega's own label transform needs a canvas.
 *
 * @param width of the plot, in pixels
 */
export function placeLabels(points: readonly Labelled[], width: number): (Placement | undefined)[] {
  const taken = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  return points.map(({ x, y, text }) => {
    const boxes = PLACES.map((place) => ({ place, box: boxOf(x + place.dx, y + place.dy, text.length, place.align) }));
    const free = boxes.find(
      ({ box }) =>
        box.left >= 0 &&
        box.right <= width &&
        taken.every(
          (other) =>
            box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom,
        ),
    );
    if (free) taken.push(free.box);
    return free?.place;
  });
}

function boxOf(x: number, baseline: number, letters: number, align: Placement["align"]) {
  const width = letters * LETTER;
  const left = align === "left" ? x : align === "right" ? x - width : x - width / 2;
  return { left, right: left + width, top: baseline - LINE + 4, bottom: baseline + 3 };
}
