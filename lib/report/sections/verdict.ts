import { count, quantity } from "../format";
import { html, type Html } from "../html";
import type { Report } from "../report";
import { fact } from "./section";

/** More sentences than these are folded away: the first one says what matters most. */
const OPEN = 5;

/** What was found, in one sentence; the others; what to beware of. */
export function verdictSection({ evaluation, manifest }: Report): Html {
  const { headline, verdict, warnings, questions, n, model, task } = evaluation;
  const details = verdict.filter((sentence) => sentence !== headline);
  return html`<header>
    <p class="kicker">corrsteer report</p>
    <h1>${task.name} on ${model.name}</h1>
    <p class="headline">${tied(headline)}</p>
    ${
      details.length > 0 &&
      html`<details ${details.length <= OPEN && html`open`}>
        <summary>The verdict in ${quantity(details.length, "sentence")}</summary>
        <ul class="details">
          ${details.map((sentence) => html`<li>${tied(sentence)}</li> `)}
        </ul>
      </details>`
    }
    ${warnings.map((text) => html`<p class="warning"><strong>Warning.</strong> ${text}</p>`)}
    <dl class="facts">
      ${fact("selected on", quantity(questions?.train ?? manifest.samples.n, "question"))}
      ${questions && fact("validated on", quantity(questions.validation, "question"))}
      ${fact("tested on", quantity(n, "question"))}
      ${questions && questions.duplicates > 0 && fact("duplicates left out", count(questions.duplicates))}
      ${fact("scored by", task.scorer)}
    </dl>
  </header>`;
}

/** A number and its % stay on one line. */
function tied(sentence: string): string {
  return sentence.replaceAll(" %", "\u00a0%");
}
