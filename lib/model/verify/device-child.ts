// device-child.ts '"NAME"': encodes with a small SAE on a device, so that what its backend does over it it does to this process.
import { checkEncoder } from "../../sae/encoder-check";
import { refusalOf } from "./said";
import { say } from "./say";

const device = JSON.parse(process.argv[2]!) as string;
say(checkEncoder(device).then(() => "lives" as const, refusalOf));
