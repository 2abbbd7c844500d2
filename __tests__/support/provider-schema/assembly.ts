// The schema of a provider, out of the `.jsii` assembly in its package, which describes every class and property for other languages.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compiledSchema } from './compile-schema.ts';
import type { Assembly } from './compile-schema.ts';
import type { ProviderSchema } from './schema.ts';

export const providers = ['aws', 'google', 'azurerm'] as const;
export type Provider = (typeof providers)[number];

/** Raised when what is compiled here changes, so that no file of an older form is read. */
const cacheFormat = 1;

const modules = join(__dirname, '..', '..', '..', 'node_modules');
const loaded = new Map<Provider, ProviderSchema>();

/** An assembly has 90 to 120 MB and takes a second to read, so what is compiled from it is kept beside the packages. */
export function providerSchema(provider: Provider): ProviderSchema {
  const known = loaded.get(provider);
  if (known !== undefined) return known;
  const schema = cachedSchema(provider);
  loaded.set(provider, schema);
  return schema;
}

function cachedSchema(provider: Provider): ProviderSchema {
  const folder = join(modules, '@cdktf', `provider-${provider}`);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const cacheDir = join(modules, '.cache', 'provider-schema');
  const file = join(cacheDir, `${provider}-${version}-${cacheFormat}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as ProviderSchema;
  const schema = compiledSchema(provider, assemblyIn(folder));
  mkdirSync(cacheDir, { recursive: true });
  // Several test processes may do this at once: each writes a whole file of its own and puts it in place.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(schema));
  renameSync(`${file}.${process.pid}`, file);
  return schema;
}

const gzipMagic = 0x1f8b;

function assemblyIn(folder: string): Assembly {
  const plain = readFileSync(join(folder, '.jsii'));
  const bytes = plain.readUInt16BE(0) === gzipMagic ? gunzipSync(plain) : plain;
  const content = JSON.parse(bytes.toString('utf8')) as Assembly & { filename?: string };
  if (content.filename === undefined) return content;
  // Large assemblies may be a pointer to a compressed neighbour.
  const packed = readFileSync(join(folder, content.filename));
  return JSON.parse(gunzipSync(packed).toString('utf8')) as Assembly;
}
