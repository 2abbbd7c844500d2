// `evenkeel data get`: an open image set from its public deposit to a data folder with a manifest, every byte checked.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../fleet/errors.ts';
import { csvField, parseCsv } from './csv.ts';
import type { DataSetName, Deposit, ImageFacts } from './deposits.ts';
import { deposits, splitOf } from './deposits.ts';
import { download, fetchJson } from './download.ts';
import type { ZipEntry } from './unzip.ts';
import { listZip, readEntry } from './unzip.ts';

export interface GetRequest {
  readonly set: DataSetName;
  readonly out: string;
  readonly onProgress: (line: string) => void;
  /** The deposit's host; tests use one of their own. */
  readonly baseUrl?: string;
  readonly pauseMs?: number;
  readonly deposit?: Deposit;
}

export interface DataFolder {
  readonly manifest: string;
  readonly images: number;
  /** Byte-identical copies that were left out. */
  readonly duplicates: number;
  readonly sha256: string;
  /** Where the expected hash came from: this program, an earlier fetch, or the deposit's own listing. */
  readonly checkedAgainst: 'pinned' | 'earlier-fetch' | 'listing';
}

interface Archive {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly url: string;
}
interface Kept extends ImageFacts {
  readonly sha256: string;
}

const mendeley = 'https://data.mendeley.com';
const listedFileValidator = Compile(
  Type.Object({
    filename: Type.String({ pattern: '^[A-Za-z0-9][\\w.-]*$', maxLength: 200 }),
    content_details: Type.Object({
      size: Type.Integer({ minimum: 1 }),
      sha256_hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      download_url: Type.String(),
    }),
  }),
);
const listingBytesMax = 8 * 2 ** 20;
const archiveBytesMax = 4 * 2 ** 30 - 1;
/** A validation set smaller than this cannot choose a threshold. */
const validationImagesMin = 100;
const header = 'file,task,label,sublabel,patient_id,split,original_split,source,licence,sha256';
const progressStepBytes = 64 * 2 ** 20;

export async function getData(request: GetRequest): Promise<DataFolder> {
  const { set, out, onProgress, baseUrl = mendeley } = request;
  const deposit = request.deposit ?? deposits[set];
  await mkdir(out, { recursive: true });
  const lockFile = path.join(out, `${set}.lock.json`);
  const archive = await listedArchive(deposit, baseUrl);
  const checkedAgainst = await checkExpectation(deposit, archive, lockFile);
  const zip = path.join(out, archive.name);
  onProgress(`${archive.name}: ${megabytes(archive.bytes)} MB from doi:${deposit.doi}`);
  await download({
    ...archive,
    file: zip,
    onProgress: inSteps(archive.bytes, onProgress),
    ...(request.pauseMs === undefined ? {} : { pauseMs: request.pauseMs }),
  });
  const lock = {
    doi: deposit.doi,
    file: archive.name,
    bytes: archive.bytes,
    sha256: archive.sha256,
  };
  await writeFile(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
  const { kept, duplicates } = await unpack(zip, out, deposit);
  const manifest = await writeManifest(out, deposit, kept);
  await rm(zip);
  onProgress(`${kept.length} images, ${duplicates} byte-identical copies left out: ${manifest}`);
  return { manifest, images: kept.length, duplicates, sha256: archive.sha256, checkedAgainst };
}

/** The deposit's public listing: an array of {filename, content_details: {size, sha256_hash, download_url}}. */
async function listedArchive(deposit: Deposit, baseUrl: string): Promise<Archive> {
  const url = `${baseUrl}/public-api/datasets/${deposit.dataset}/files?folder_id=root&version=${deposit.version}`;
  const listing = await fetchJson(url, listingBytesMax);
  const files = (Array.isArray(listing) ? listing : []).map(listedFile);
  const found = files.find((file) => file !== null && deposit.archive.test(file.name));
  if (found === null || found === undefined)
    throw new InputError('deposit-changed', {
      found: `The deposit lists ${files.map((file) => file?.name ?? '?').join(', ') || 'no file'}`,
      why: `A file like ${deposit.archive.source} was expected`,
      remedy: `See https://doi.org/${deposit.doi} for what has changed`,
    });
  if (found.bytes > archiveBytesMax || !sameScheme(found.url, baseUrl))
    throw new InputError('deposit-changed', {
      found: `${found.name} is listed with ${found.bytes} bytes at ${found.url}`,
      why: `At most ${archiveBytesMax} bytes are fetched, and only over a connection as safe as the listing's`,
      remedy: `See https://doi.org/${deposit.doi} for what has changed`,
    });
  return found;
}

function listedFile(item: unknown): Archive | null {
  if (!listedFileValidator.Check(item)) return null;
  const { size, sha256_hash: sha256, download_url: url } = item.content_details;
  return URL.canParse(url) ? { name: item.filename, bytes: size, sha256, url } : null;
}

const sameScheme = (url: string, baseUrl: string) =>
  new URL(url).protocol === 'https:' || new URL(url).protocol === new URL(baseUrl).protocol;

/** Holds the listing to the hash that is known, if one is; else it is trusted this once and remembered in the lock file. */
async function checkExpectation(deposit: Deposit, archive: Archive, lockFile: string) {
  const earlier = await readFile(lockFile, 'utf8').then(
    (text) => JSON.parse(text) as { readonly sha256?: string },
    () => null,
  );
  const expected = deposit.pinned?.sha256 ?? earlier?.sha256;
  if (expected !== undefined && expected !== archive.sha256)
    throw new InputError('deposit-changed', {
      found: `${archive.name} is listed with SHA-256 ${archive.sha256}, expected ${expected}`,
      why: 'A published version never changes, so this is not the file that was meant',
      remedy: `Compare with https://doi.org/${deposit.doi}; remove ${lockFile} only if you know why it changed`,
    });
  if (deposit.pinned !== null) return 'pinned';
  return earlier === null ? 'listing' : 'earlier-fetch';
}

async function unpack(zip: string, out: string, deposit: Deposit) {
  await using archive = await open(zip);
  const wanted = (await listZip(archive))
    .map((entry) => ({ entry, facts: deposit.facts(entry.name) }))
    .filter((item): item is { entry: ZipEntry; facts: ImageFacts } => item.facts !== null)
    // Test files first: of two identical copies the one that must not be trained on is kept.
    .sort((left, right) => rank(left.facts) - rank(right.facts));
  const kept = new Map<string, Kept>();
  for (const { entry, facts } of wanted) {
    const bytes = await readEntry(archive, entry);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (kept.has(sha256)) continue;
    const target = path.join(out, facts.file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, bytes);
    kept.set(sha256, { ...facts, sha256 });
  }
  if (kept.size === 0)
    throw new InputError('deposit-changed', {
      found: `${path.basename(zip)} holds none of the expected images`,
      why: 'Its folders are not laid out as they were',
      remedy: `See https://doi.org/${deposit.doi} for what has changed`,
    });
  return { kept: [...kept.values()], duplicates: wanted.length - kept.size };
}

const rank = ({ originalSplit }: ImageFacts) => (originalSplit === 'test' ? 0 : 1);

/** Written beside and renamed, so that a manifest that exists is a whole one. */
async function writeManifest(out: string, deposit: Deposit, images: readonly Kept[]) {
  const testPatients = new Set(
    images.filter((image) => image.originalSplit === 'test').map((image) => image.patient),
  );
  const keepValidation =
    images.filter((image) => image.originalSplit === 'val').length >= validationImagesMin;
  const file = path.join(out, 'manifest.csv');
  const others = await rowsOfOtherTasks(file, deposit.task);
  const rows = images
    .toSorted((left, right) => (left.file < right.file ? -1 : 1))
    .map((image) =>
      [
        image.file,
        deposit.task,
        String(image.label),
        image.sublabel,
        image.patient,
        splitOf(image, { testPatients, keepValidation }),
        image.originalSplit,
        deposit.source,
        deposit.licence,
        image.sha256,
      ]
        .map(csvField)
        .join(','),
    );
  await writeFile(`${file}.part`, `${[header, ...others, ...rows].join('\n')}\n`);
  await rename(`${file}.part`, file);
  return file;
}

/** What another `data get` into the same folder has written there. */
async function rowsOfOtherTasks(file: string, task: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [first, ...rows] = parseCsv(text, 'manifest.csv').map(({ fields }) => fields);
  if (first === undefined) return [];
  if (first.join(',') !== header)
    throw new InputError('manifest-columns', {
      found: `${file} exists and begins with the columns ${first.join(', ')}`,
      why: 'It was not written by this command, and would be overwritten',
      remedy: 'Choose another folder with --out',
    });
  const taskColumn = first.indexOf('task');
  return rows
    .filter((fields) => fields[taskColumn] !== task)
    .map((fields) => fields.map(csvField).join(','));
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

function inSteps(bytes: number, onProgress: (line: string) => void) {
  let next = progressStepBytes;
  return (done: number) => {
    if (done < next) return;
    next = done + progressStepBytes;
    onProgress(`${megabytes(done)} of ${megabytes(bytes)} MB`);
  };
}
