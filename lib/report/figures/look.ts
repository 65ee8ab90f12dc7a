/** Colours by what they are for. */
export interface Palette {
  readonly page: string;
  readonly surface: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly good: string;
  readonly bad: string;
  readonly doubt: string;
  /** Of lines that are told apart. */
  readonly first: string;
  readonly second: string;
  readonly third: string;
  readonly fourth: string;
  readonly fifth: string;
  readonly sixth: string;
}

/** Contrast with the page of at least 4.5 in text, 3 in marks (WCAG 2.2, 1.4.3 and 1.4.11). */
export const LIGHT: Palette = {
  page: "#f6f7f9",
  surface: "#ffffff",
  ink: "#1b202a",
  muted: "#586172",
  line: "#d8dde6",
  accent: "#1f5bd0",
  good: "#11713c",
  bad: "#b3261a",
  doubt: "#96600a",
  first: "#1f5bd0",
  second: "#b35309",
  third: "#0c7a6f",
  fourth: "#8a3ab9",
  fifth: "#a3244f",
  sixth: "#5a6b1b",
};

export const DARK: Palette = {
  page: "#12151b",
  surface: "#1a1e26",
  ink: "#e7eaf0",
  muted: "#a3acbb",
  line: "#333b49",
  accent: "#82aaff",
  good: "#5fcb8e",
  bad: "#ff8f7a",
  doubt: "#e8b84a",
  first: "#82aaff",
  second: "#f2a65a",
  third: "#4fd0c0",
  fourth: "#c9a2f5",
  fifth: "#ff8fb0",
  sixth: "#c3d26a",
};

const keys = Object.keys(LIGHT) as (keyof Palette)[];

/** A palette as the declarations of custom properties. */
export function customProperties(palette: Palette): string {
  return keys.map((key) => `--${key}:${palette[key]};`).join("");
}

/** Colours that are the page's, whichever it shows. */
export const PAGE_PALETTE = Object.fromEntries(keys.map((key) => [key, `var(--${key})`])) as unknown as Palette;

/** How a figure is drawn: for which width in pixels, and in which colours. */
export interface Look {
  readonly width: number;
  readonly palette: Palette;
}

export function seriesColours({ first, second, third, fourth, fifth, sixth }: Palette): string[] {
  return [first, second, third, fourth, fifth, sixth];
}
