import { apiKey } from "./api.js";
import { rounded } from "./dose.js";
import type { Sampling } from "./sampling.js";
import type { Message } from "./served.js";
import type { Part, Steering } from "./steering.js";

/** What is on the page, to be written down in one way or another. */
export interface Told {
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  readonly steering: Steering;
}

export function asCurl({ messages, sampling, steering }: Told): string {
  const body = JSON.stringify({ messages, ...sampling, steering }, undefined, 2).replaceAll("'", `'\\''`);
  const key = apiKey() === "" ? "" : ` \\\n  -H "Authorization: Bearer $CORRSTEER_API_KEY"`;
  return `curl ${location.origin}/v1/chat/completions \\\n  -H 'content-type: application/json'${key} \\\n  -d '${body}'\n`;
}

export function asTypeScript({ messages, sampling, steering }: Told): string {
  const { temperature, top_p: topP, max_tokens: maxTokens, seed } = sampling;
  const given = Object.entries({ temperature, topP, maxTokens, seed }).filter(([, value]) => value !== undefined);
  const options = given.map(([name, value]) => `${name}: ${value}`).join(", ");
  const { plus = [], ...first } = steering ?? {};
  const parts = steering ? [first, ...plus] : [];
  const profile = parts.find((part) => part.profile !== undefined)?.profile;
  const imports = [profile && "loadSteering", "Model", parts.some(({ features }) => features) && "steer"];
  return [
    `import { ${imports.filter(Boolean).join(", ")} } from "corrsteer";`,
    "",
    `const model = await Model.load("model.gguf");`,
    ...(profile === undefined ? [] : [`const profile = await loadSteering("${profile}.steer.json", model);`]),
    ...(steering ? [`const steering = ${sumOf(parts)};`] : []),
    `const messages = ${JSON.stringify(messages, undefined, 2)};`,
    `const reply = await model.chat(messages, { ${steering ? "steering, " : ""}${options} });`,
    "console.log(reply.text, reply.receipt);",
    "await model.dispose();",
    "",
  ].join("\n");
}

function sumOf(parts: readonly Part[]): string {
  return parts.flatMap(termsOf).reduce((sum, term) => `${sum}\n  .plus(${term})`);
}

function termsOf({ profile, layers, features = [], scale = 1 }: Part): string[] {
  const kept = layers ? `profile.onLayers([${layers.join(", ")}])` : "profile";
  const steered = features.map(({ feature, coefficient }) => {
    const amount = scale === 1 ? coefficient : rounded(coefficient * scale);
    return `await steer(${JSON.stringify(feature)}, ${amount}, "saes")`;
  });
  return [...(profile === undefined ? [] : [scale === 1 ? kept : `${kept}.scaled(${scale})`]), ...steered];
}

/** What `steering` is in a request, and what PUT /v1/steering takes. */
export function asSteering({ steering }: Told): string {
  return `${JSON.stringify({ steering }, undefined, 2)}\n`;
}
