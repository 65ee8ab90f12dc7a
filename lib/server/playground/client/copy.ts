import { apiKey } from "./api.js";
import { type Dose, rounded, type Steering } from "./dose.js";
import type { Sampling } from "./sampling.js";
import type { Message, Profile } from "./served.js";

/** What is on the page, to be written down in one way or another. */
export interface Told {
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  readonly steering: Steering;
  readonly profile: Profile | undefined;
  readonly doses: readonly Dose[];
  readonly scale: number;
}

export function asCurl({ messages, sampling, steering }: Told): string {
  const body = JSON.stringify({ messages, ...sampling, steering }, undefined, 2).replaceAll("'", `'\\''`);
  const key = apiKey() === "" ? "" : ` \\\n  -H "Authorization: Bearer $CORRSTEER_API_KEY"`;
  return `curl ${location.origin}/v1/chat/completions \\\n  -H 'content-type: application/json'${key} \\\n  -d '${body}'\n`;
}

export function asTypeScript(told: Told): string {
  const { temperature, top_p: topP, max_tokens: maxTokens, seed } = told.sampling;
  const given = Object.entries({ temperature, topP, maxTokens, seed }).filter(([, value]) => value !== undefined);
  const options = given.map(([name, value]) => `${name}: ${value}`).join(", ");
  const steered = told.profile !== undefined;
  return [
    `import { ${steered ? "loadSteering, " : ""}Model } from "corrsteer";`,
    "",
    `const model = await Model.load("model.gguf");`,
    ...(steered ? [`const profile = await loadSteering("${told.profile.name}.steer.json", model);`] : []),
    ...(steered ? [`const steering = ${sumOf(told)};`] : []),
    `const messages = ${JSON.stringify(told.messages, undefined, 2)};`,
    `const reply = await model.chat(messages, { ${steered ? "steering, " : ""}${options} });`,
    "console.log(reply.text, reply.receipt);",
    "await model.dispose();",
    "",
  ].join("\n");
}

function sumOf({ doses, scale }: Told): string {
  const [first] = doses;
  if (doses.every(({ times }) => times === first?.times))
    return `profile.scaled(${rounded((first?.times ?? 1) * scale)})`;
  const parts = doses.map(({ layer, times }) => `profile.onLayers([${layer}]).scaled(${rounded(times * scale)})`);
  return parts.reduce((sum, part) => `${sum}\n  .plus(${part})`);
}

/** What `steering` is in a request, and what PUT /v1/steering takes. */
export function asSteering({ steering }: Told): string {
  return `${JSON.stringify({ steering }, undefined, 2)}\n`;
}
