type Input = Readonly<Record<string, string | undefined>>;

class Command {
  constructor(readonly input: Input) {}
}
class GetObjectCommand extends Command {}
class PutObjectCommand extends Command {}
class ListObjectsV2Command extends Command {}

const PAGE = 2;
const failure = (name: string) => Object.assign(new Error("the key id AKIDSECRET is told here"), { name });

/** What of the AWS SDK a storage uses, over objects in memory: of one bucket, `runs`, listed two at a time. */
export function objectStorage() {
  const objects = new Map<string, Buffer>();
  /** What the server refuses with next. */
  const refusals: string[] = [];
  class S3Client {
    send(command: Command) {
      const refusal = refusals.shift();
      return Promise.resolve().then(() => {
        if (refusal !== undefined) throw failure(refusal);
        return answer(command);
      });
    }
  }
  function answer({ input, constructor }: Command) {
    const { Bucket, Key = "", Prefix = "", Body = "", IfNoneMatch, ContinuationToken = "" } = input;
    if (Bucket !== "runs") throw failure("NoSuchBucket");
    if (constructor === GetObjectCommand) {
      const found = objects.get(Key);
      if (!found) throw failure("NoSuchKey");
      return { Body: { transformToByteArray: () => Promise.resolve(Uint8Array.from(found)) } };
    }
    if (constructor === ListObjectsV2Command) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix) && key > ContinuationToken).sort();
      const page = keys.slice(0, PAGE);
      const more = keys.length > PAGE && { NextContinuationToken: page.at(-1)! };
      return { Contents: page.map((key) => ({ Key: key })), ...more };
    }
    if (IfNoneMatch === "*" && objects.has(Key)) throw failure("PreconditionFailed");
    objects.set(Key, Buffer.from(Body));
    return {};
  }
  return { sdk: { S3Client, GetObjectCommand, PutObjectCommand, ListObjectsV2Command }, objects, refusals };
}
