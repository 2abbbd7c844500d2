// What a release holds: which files of ours, which packages, and which parts of packages no machine of ours can use.

export const architectures = ['x64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** Folders that run on machines; `release/instance` is what installs, watches and drains them. */
export const shippedFolders = [
  'fleet',
  'models',
  'failover',
  'services',
  'release/instance',
] as const;

/** Sources are shipped compiled; a folder's other files (pictures, styles, units, scripts) as they are, and bundles as signed. */
export const isCopied = (path: string): boolean =>
  path.startsWith('models/registry/') ||
  (!/\.(ts|tsx|md|py)$/.test(path) && !path.endsWith('/tsconfig.json'));

/** Needed to run from source, or on GPUs, which the fleet's machines have none of. */
const leftOut = ['tsx', '@tensorflow/tfjs-node-gpu'];

interface Package {
  readonly name: string;
  readonly version: string;
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** Our package.json on a machine; npm's lockfile holds the same as its root entry. */
export function shippedPackage(ours: Package, version: string) {
  const { name, type, dependencies = {}, overrides } = ours;
  const kept = Object.entries(dependencies).filter(([dependency]) => !leftOut.includes(dependency));
  return {
    name,
    version,
    private: true,
    ...(type === undefined ? {} : { type }),
    dependencies: Object.fromEntries(kept),
    ...(overrides === undefined ? {} : { overrides }),
  };
}

interface Lockfile {
  readonly packages: Readonly<Record<string, object>>;
}

/** The same locked versions; npm drops what is no longer asked for. */
export const shippedLockfile = <L extends Lockfile>(
  lockfile: L,
  root: ReturnType<typeof shippedPackage>,
): L => ({ ...lockfile, version: root.version, packages: { ...lockfile.packages, '': root } });

const ofPeople = /^(@[^/]+\/)?[^/]+\/(tests?|__tests__|docs|benchmarks?|examples?)\//;

/** Declarations, source maps and packages' own tests are for people; of native code only this platform's own can be loaded. */
export function isPruned(path: string, architecture: Architecture): boolean {
  if (ofPeople.test(path) || /\.(d\.[cm]?ts|[cm]?ts|map)$/.test(path)) return true;
  if (/\/libonnxruntime_providers_(cuda|tensorrt)\.so$/.test(path)) return true;
  const [, os, cpu] = /^onnxruntime-node\/bin\/napi-v\d+\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
  return os !== undefined && (os !== 'linux' || cpu !== architecture);
}

/** Programs and libraries of the architecture; npm and the registry could bring another's. */
export const nativePaths = (architecture: Architecture): readonly string[] => [
  'bin/node',
  `node_modules/onnxruntime-node/bin/napi-v6/linux/${architecture}/onnxruntime_binding.node`,
  `node_modules/onnxruntime-node/bin/napi-v6/linux/${architecture}/libonnxruntime.so.1`,
];

/** `e_machine` of ELF's header, which says what processor a program is for. */
const machines: Readonly<Record<Architecture, number>> = { x64: 62, arm64: 183 };

export const isNativeTo = (architecture: Architecture, header: Buffer): boolean =>
  header.subarray(0, 4).toString('latin1') === '\x7fELF' &&
  header.readUInt16LE(18) === machines[architecture];

/** What must be there, or the release could be installed and not serve. */
export const requiredPaths = (architecture: Architecture): readonly string[] => [
  'VERSION',
  'package.json',
  'services/inference/server.js',
  'services/inference/pool/worker.js',
  'services/pages/assets/pages.css',
  'failover/server.js',
  'models/registry/trusted-keys.json',
  'models/registry/chest-pneumonia/pointer.json',
  'models/registry/chest-pneumonia/1.0.0/model.onnx',
  'release/instance/start',
  'release/instance/install-units',
  'release/instance/drain-watch.js',
  `node_modules/@img/sharp-linux-${architecture}/package.json`,
  `node_modules/@img/sharp-libvips-linux-${architecture}/package.json`,
  'node_modules/@tensorflow/tfjs-backend-wasm/package.json',
];
