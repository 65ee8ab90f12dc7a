const asked = new Map<string, Promise<unknown>>();
const waiting = new Map<string, (value: unknown) => void>();

/** What every file of data calls. */
Object.assign(window, {
  corrsteerData: (name: string, value: unknown) => waiting.get(name)?.(value),
});

/** The data of a file, which is a script: a page that is a file itself may read nothing else. It is read once. */
export function load<T>(name: string): Promise<T> {
  const known = asked.get(name);
  if (known) return known as Promise<T>;
  const loaded = new Promise<unknown>((resolve, reject) => {
    waiting.set(name, resolve);
    const script = document.createElement("script");
    script.src = `data/${name}.js`;
    script.addEventListener("error", () => {
      asked.delete(name);
      reject(new Error(`data/${name}.js is not there.`));
    });
    script.addEventListener("load", () => {
      script.remove();
    });
    document.head.append(script);
  });
  asked.set(name, loaded);
  return loaded as Promise<T>;
}
