import type { Figure } from "../figures/figure";
import { PAGE_PALETTE } from "../figures/look";
import { renderSvg } from "../figures/render";
import { html, Html } from "../html";

/** Two drawings, as a chart that is shrunk to a phone's width has letters of five pixels. The page's style shows one. */
const NARROW = 340;

/** The figure as it stands in the page, in the page's colours. @param wide pixels where there is room */
export async function figureHtml(figure: Figure | undefined, wide: number): Promise<Html | undefined> {
  if (!figure) return undefined;
  const draw = async (width: number) => new Html(await renderSvg(figure, { width, palette: PAGE_PALETTE }));
  return html`<figure>
    <figcaption>${figure.title}</figcaption>
    <div class="wide">${await draw(wide)}</div>
    <div class="narrow">${await draw(NARROW)}</div>
    <p class="note">${figure.description}</p>
  </figure>`;
}
