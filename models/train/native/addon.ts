// Builds the native addon of TensorFlow.js against an installed TensorFlow wheel: its own binary is of 2022 and is not on npm.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { InputError } from '../../../fleet/errors.ts';

const run = promisify(execFile);
const packages = createRequire(import.meta.url);

/** The N-API version that tfjs-node 4.22 asks for; where it looks for the addon follows from it. */
const napiVersion = 8;
const compilerMsMax = 300_000;
const pythonMsMax = 60_000;

const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

export interface AddonParts {
  /** The installed Python package, with `include/` and the libraries. */
  readonly tensorflow: string;
  /** Of the running Node.js. */
  readonly nodeHeaders: string;
  /** The npm package, whose C++ sources are compiled. */
  readonly npmPackage: string;
}

/** `InputError` naming what is missing. `python` is the interpreter in whose environment the wheel was installed. */
export async function addonParts(python: string): Promise<AddonParts> {
  return {
    tensorflow: await installedTensorflow(python),
    nodeHeaders: nodeHeaders(),
    npmPackage: npmPackage(),
  };
}

/** Asks Python where the package lies without loading it, which would take seconds. */
async function installedTensorflow(python: string): Promise<string> {
  const ask =
    'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s else "")';
  const { stdout } = await run(python, ['-c', ask], { timeout: pythonMsMax }).catch(
    (cause: unknown) => {
      throw new InputError(
        'no-python',
        {
          found: `${python} does not answer`,
          why: 'TensorFlow is installed as a Python package, and Python knows where',
          remedy: 'Name the interpreter with --python, such as venv/bin/python',
        },
        { cause },
      );
    },
  );
  const folder = stdout.trim();
  const missing = libraries.find((library) => !existsSync(path.join(folder, library)));
  if (folder === '' || missing !== undefined)
    throw new InputError('no-tensorflow', {
      found: folder === '' ? `${python} has no package tensorflow` : `${folder} has no ${missing}`,
      why: 'Gradients are computed by TensorFlow\u2019s own library',
      remedy:
        'Install it: pip install tensorflow-cpu==2.21.0, or tensorflow[and-cuda] where there is a GPU',
    });
  return folder;
}

function nodeHeaders(): string {
  const folder = path.join(path.dirname(process.execPath), '..', 'include', 'node');
  if (existsSync(path.join(folder, 'node_api.h'))) return path.resolve(folder);
  throw new InputError('no-node-headers', {
    found: `There is no node_api.h in ${path.resolve(folder)}`,
    why: 'The addon is compiled against the headers of the Node.js that loads it',
    remedy: 'Use a Node.js from nodejs.org, which brings them, or install the package libnode-dev',
  });
}

function npmPackage(): string {
  try {
    return path.dirname(packages.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  } catch (cause) {
    throw new InputError(
      'no-tfjs-node',
      {
        found: 'The package @tensorflow/tfjs-node-gpu is not installed',
        why: 'The addon is compiled from its C++ sources, which are the same for CPU and GPU',
        remedy: 'Run npm ci without --omit=optional',
      },
      { cause },
    );
  }
}

/** Takes some 15 s. Returns the addon's file; an addon that is there already is replaced at once, or not at all. */
export async function buildAddon(parts: AddonParts): Promise<string> {
  const { tensorflow, nodeHeaders: headers, npmPackage: root } = parts;
  const folder = path.join(root, 'lib', `napi-v${napiVersion}`);
  await mkdir(folder, { recursive: true });
  const addon = path.join(folder, 'tfjs_binding.node');
  const draft = `${addon}.draft`;
  const sources = (await readdir(path.join(root, 'binding')))
    .filter((file) => file.endsWith('.cc'))
    .map((file) => path.join(root, 'binding', file));
  const flags = [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    `-DNAPI_VERSION=${napiVersion}`,
    `-I${root}`,
    `-I${path.join(tensorflow, 'include')}`,
    `-I${headers}`,
    ...sources,
    '-o',
    draft,
    `-L${tensorflow}`,
    ...libraries.map((library) => `-l:${library}`),
    // The libraries stay where Python installed them.
    `-Wl,-rpath,${tensorflow}`,
  ];
  await run('g++', flags, { timeout: compilerMsMax, maxBuffer: 2 ** 24 }).catch(
    (error: unknown) => {
      throw compilerFailed(error);
    },
  );
  await rename(draft, addon);
  return addon;
}

function compilerFailed(error: unknown): InputError {
  const { code, stderr } = error as { readonly code?: string | number; readonly stderr?: string };
  const absent = code === 'ENOENT';
  return new InputError(
    'cannot-compile',
    {
      found: absent ? 'There is no g++' : 'g++ refuses the addon',
      why: absent
        ? 'The addon is 2,000 lines of C++'
        : (stderr?.split('\n').find((line) => line.includes('error')) ?? 'It gave no reason'),
      remedy: absent
        ? 'Install a C++ compiler (Debian: apt-get install g++)'
        : 'Use the versions that models/train/native/README.md names',
    },
    { cause: error },
  );
}
