import type { Evaluation } from "../../evaluate/evaluation";
import { verdict, type Verdict } from "../../evaluate/verdict";
import { tied } from "../format";
import { html, type Html } from "../html";
import { section, type Section } from "./section";

/** Each profile's findings, the headline's first and the others folded; what bears on all profiles. */
export function findingsSection(evaluation: Evaluation): Section | undefined {
  const { subject, general, profiles } = verdict(evaluation);
  const isSubject = ({ name }: { readonly name: string }) => name === subject;
  const inOrder = [...profiles].sort((a, b) => Number(isSubject(b)) - Number(isSubject(a)));
  return section(
    "findings",
    "Findings",
    html`<div class="halves">
      <div>${inOrder.map((profile) => profileHtml(profile, isSubject(profile)))}</div>
      ${sentences(general)}
    </div>`,
  );
}

function profileHtml({ outcome, details }: Verdict["profiles"][number], open: boolean): Html {
  if (details.length === 0) return html`<p class="finding">${tied(outcome)}</p> `;
  return html`<details class="finding" ${open && html`open`}>
    <summary>${tied(outcome)}</summary>
    ${sentences(details)}
  </details> `;
}

function sentences(texts: readonly string[]): Html {
  return html`<ul class="sentences">
    ${texts.map((text) => html`<li>${tied(text)}</li> `)}
  </ul>`;
}
