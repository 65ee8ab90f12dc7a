import { html, type Html, type HtmlValue } from "../html";

/** A column: its heading, what a row shows in it, and whether that is text (numbers go to the right). */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => HtmlValue;
  readonly text?: boolean;
}

/** A table that scrolls by itself where it is wider than the page. The first column names the row. */
export function table<Row>(label: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const align = (text?: boolean) => text === true && html`class="text"`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${columns.map(({ heading, text }) => html`<th scope="col" ${align(text)}>${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(({ cell, text }, i) =>
                i === 0 ? html`<th scope="row">${cell(row)}</th>` : html`<td ${align(text)}>${cell(row)}</td>`,
              )}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
