import { ask } from "./api.js";
import { byId, element } from "./element.js";
import type { Steering } from "./steering.js";

/** A steering as the two files of a profile: downloaded, and there as links for a browser that takes one at a time. */
export async function saveProfile(name: string, steering: Steering): Promise<void> {
  const response = await ask("/v1/steering/profile-file", { name, steering });
  const { profile, vectors } = (await response.json()) as { profile: object; vectors: string };
  const bytes = Uint8Array.from(atob(vectors), (character) => character.charCodeAt(0));
  const links = [
    link(`${name}.steer.json`, [JSON.stringify(profile, undefined, 2)]),
    link(`${name}.safetensors`, [bytes]),
  ];
  byId("saved").replaceChildren(links[0]!, " ", links[1]!);
  for (const each of links) each.click();
}

function link(file: string, content: BlobPart[]): HTMLAnchorElement {
  return element("a", { href: URL.createObjectURL(new Blob(content)), download: file }, file);
}
