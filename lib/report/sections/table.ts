import { html, type Html, type HtmlValue } from "../html";

/** A column: its heading, and what a row shows in it. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => HtmlValue;
  /** Numbers go to the right, text to the left. */
  readonly text?: boolean;
  /** Seen at once on a phone too, whatever else is to be scrolled to. */
  readonly keep?: boolean;
}

/** A phone has room for so many columns. */
const FIT = 4;

/** A table that scrolls by itself where it is wider than the page, and says so. The first column names the row. */
export function table<Row>(label: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const classes = ({ text, keep }: Column<Row>) => {
    const names = [...(text ? ["text"] : []), ...(keep ? ["keep"] : [])];
    return names.length > 0 && html`class="${names.join(" ")}"`;
  };
  return html`${columns.length > FIT && html`<p class="cue" aria-hidden="true">${columns.length} columns: scroll →</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="${label}">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col" ${classes(column)}>${column.heading}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${columns.map((column, i) => {
                  const content = column.cell(row);
                  return i === 0 ? html`<th scope="row">${content}</th>` : html`<td ${classes(column)}>${content}</td>`;
                })}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}
