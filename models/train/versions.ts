// What the figures of a card were computed with: this program's exact dependencies and the Node.js that runs it.
import { createRequire } from 'node:module';

interface Package {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const named = ['onnxruntime-node', 'sharp'];

/** Versions are pinned exactly in package.json, so that the pin is what is installed. */
export function libraryVersions(): Readonly<Record<string, string>> {
  const { version, dependencies } = createRequire(import.meta.url)('../../package.json') as Package;
  return {
    evenkeel: version,
    node: process.versions.node,
    ...Object.fromEntries(named.map((name) => [name, dependencies[name] ?? 'not pinned'])),
  };
}
