import { SteeringError } from "../../errors";
import { requireOptional } from "../../optional-package";
import type { Storage } from "./storage";

const PACKAGE = "@aws-sdk/client-s3";
const URL = /^s3:\/\/([^/]+)\/?(.*?)\/?$/;

/** What is used of the AWS SDK's client, an optional peer. */
interface Sdk {
  readonly S3Client: new (options: object) => { send(command: object): Promise<Answer> };
  readonly GetObjectCommand: Command;
  readonly PutObjectCommand: Command;
  readonly ListObjectsV2Command: Command;
}
type Command = new (input: Readonly<Record<string, unknown>>) => object;
interface Answer {
  readonly Body?: { transformToByteArray(): Promise<Uint8Array> };
  readonly Contents?: readonly { readonly Key?: string }[];
  readonly NextContinuationToken?: string;
}

/**
 * A bucket, or what begins with a prefix in it, of S3 or a server that speaks its protocol. Region, credentials and endpoint
 * are those that AWS' own programs take (`AWS_REGION`, `AWS_ENDPOINT_URL_S3`, ...), and so are retries.
 *
 * @throws ERR_FILE_FORMAT, ERR_FILE_WRITE that name bucket and object, and nothing of the credentials
 */
export class S3Storage implements Storage {
  private readonly bucket: string;
  private readonly prefix: string;
  private readonly client: InstanceType<Sdk["S3Client"]>;

  /** @throws ERR_MISSING_PACKAGE without the SDK */
  constructor(
    readonly name: string,
    private readonly sdk = requireOptional(PACKAGE, "storage of the form s3://bucket/prefix needs") as Sdk,
  ) {
    const [, bucket = "", prefix = ""] = URL.exec(name) ?? [];
    this.bucket = bucket;
    this.prefix = prefix === "" ? "" : `${prefix}/`;
    const isOther = process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
    this.client = new sdk.S3Client({ forcePathStyle: isOther !== undefined }); // other servers have no name for each bucket
  }

  static isName(name: string): boolean {
    return URL.test(name);
  }

  async get(name: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await this.client.send(new this.sdk.GetObjectCommand(this.at(name)));
      return Buffer.from(await Body!.transformToByteArray());
    } catch (error) {
      if (nameOf(error) === "NoSuchKey") return undefined;
      throw this.failure("ERR_FILE_FORMAT", "read", name, error);
    }
  }

  async put(name: string, bytes: string | Uint8Array): Promise<void> {
    await this.send(name, { Body: bytes });
  }

  async putNew(name: string, bytes: string | Uint8Array): Promise<boolean> {
    return await this.send(name, { Body: bytes, IfNoneMatch: "*" });
  }

  async list(folder: string): Promise<string[]> {
    const Prefix = `${this.prefix}${folder}/`;
    const names: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const input = { Bucket: this.bucket, Prefix, ContinuationToken };
      const page = await this.client.send(new this.sdk.ListObjectsV2Command(input)).catch((error: unknown) => {
        throw this.failure("ERR_FILE_FORMAT", "list", folder, error);
      });
      names.push(...(page.Contents ?? []).map(({ Key = "" }) => Key.slice(Prefix.length)));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return names.sort();
  }

  /** @returns whether it was written: with `IfNoneMatch` not where there is one */
  private async send(name: string, input: Readonly<Record<string, unknown>>): Promise<boolean> {
    try {
      await this.client.send(new this.sdk.PutObjectCommand({ ...this.at(name), ...input }));
      return true;
    } catch (error) {
      if (nameOf(error) === "PreconditionFailed") return false;
      if (nameOf(error) === "ConditionalRequestConflict") return this.send(name, input); // another writes it at this moment
      throw this.failure("ERR_FILE_WRITE", "write", name, error);
    }
  }

  private at(name: string) {
    return { Bucket: this.bucket, Key: `${this.prefix}${name}` };
  }

  private failure(
    code: "ERR_FILE_FORMAT" | "ERR_FILE_WRITE",
    what: string,
    name: string,
    cause: unknown,
  ): SteeringError {
    const reason = nameOf(cause) ?? "unknown error"; // the message may quote a key id
    return new SteeringError(code, `cannot ${what} ${name} in ${this.name}: ${reason}`, {
      storage: this.name,
      name,
      reason,
    });
  }
}

function nameOf(error: unknown): string | undefined {
  return (error as { readonly name?: string } | undefined)?.name;
}
