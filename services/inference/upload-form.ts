// The multipart form of a study: file field "image", text fields "model" and perhaps "consent", in any order. Judged only once all of it is read.
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { InputError, isInputError } from '../../fleet/errors.ts';
import { truncated } from './problem.ts';

export interface UploadForm {
  readonly model: string;
  readonly image: Uint8Array;
  /** To keep the film for research. */
  readonly consent: boolean;
}

/** Besides the one file: a browser's form may carry a few fields that mean nothing here. */
export const formLimits = { files: 1, fields: 8, parts: 10, fieldSize: 256, fieldNameSize: 100 };
/** Boundaries, part headers and text fields around the file. */
const formOverheadBytesMax = 64 * 1_024;

/** Throws `InputError`, or the multipart plugin's refusals by limit. */
export async function readUploadForm(
  request: FastifyRequest,
  { fileBytesMax }: { readonly fileBytesMax: number },
): Promise<UploadForm> {
  // Said before it is sent: the rest need not cross the wire.
  if (Number(request.headers['content-length'] ?? 0) > fileBytesMax + formOverheadBytesMax)
    throw tooLarge(fileBytesMax);
  const { image, model, consent, otherFields } = await collected(request.parts());
  if (image === null) throw missingImage(otherFields);
  if (model === null) throw missingModel(otherFields);
  return { image, model, consent: isConsent(consent) };
}

interface Collected {
  image: Uint8Array | null;
  model: string | null;
  consent: string | null;
  /** Names of the other fields; files marked, because a picture in the wrong one is the likely mistake. */
  readonly otherFields: { readonly name: string; readonly isFile: boolean }[];
}

async function collected(parts: AsyncIterable<Multipart>): Promise<Collected> {
  const form: Collected = { image: null, model: null, consent: null, otherFields: [] };
  try {
    for await (const part of parts) await collect(form, part);
  } catch (error) {
    if (isInputError(error) || hasStatus(error)) throw error;
    // The parser's own errors are plain: it met the end, or what is no boundary.
    const { code, ...why } = truncated();
    throw new InputError(code, why, { cause: error });
  }
  return form;
}

async function collect(form: Collected, part: Multipart): Promise<void> {
  const name = part.fieldname;
  if (part.type === 'file' && name === 'image') form.image = await chosenFile(part);
  else if (part.type === 'field' && name === 'model' && typeof part.value === 'string')
    form.model = part.value;
  else if (part.type === 'field' && name === 'consent' && typeof part.value === 'string')
    form.consent = part.value;
  else {
    form.otherFields.push({ name: name.slice(0, 40), isFile: part.type === 'file' });
    if (part.type === 'file') part.file.resume();
  }
}

/** Browsers send an unnamed, empty file when none was chosen; a named empty one is somebody's file. */
async function chosenFile(part: MultipartFile): Promise<Uint8Array | null> {
  const bytes = await part.toBuffer();
  return (part.filename ?? '') === '' && bytes.length === 0 ? null : bytes;
}

/** A misspelt consent is none, and whoever sent it must know. */
function isConsent(value: string | null): boolean {
  if (value === null || value === '') return false;
  if (value === 'research') return true;
  throw new InputError('wrong-consent', {
    found: 'The field "consent" holds something other than "research"',
    why: 'Consent is given for research or not at all',
    remedy: 'Send consent=research, or leave the field out to have nothing kept',
  });
}

function missingImage(otherFields: Collected['otherFields']): InputError {
  const file = otherFields.find(({ isFile }) => isFile);
  const text = otherFields.find(({ name, isFile }) => name === 'image' && !isFile);
  if (file !== undefined)
    return new InputError('wrong-field', {
      found: `The picture is in the field "${file.name}"`,
      why: 'It is read from the field "image"',
      remedy: 'Rename the field to "image"',
    });
  return new InputError('missing-image', {
    found: text === undefined ? 'There is no file in the form' : 'The field "image" is text',
    why: 'A study is read from one PNG or JPEG file',
    remedy: 'Add the file field "image", e.g. curl -F image=@film.png',
  });
}

function missingModel(otherFields: Collected['otherFields']): InputError {
  const names = otherFields.map(({ name }) => `"${name}"`).join(', ');
  return new InputError('missing-model', {
    found: `The form has no text field "model"${names === '' ? '' : `, but ${names}`}`,
    why: 'Each model reads one kind of radiograph',
    remedy: 'Add it, e.g. curl -F model=chest-pneumonia; GET /v1/models lists them',
  });
}

const tooLarge = (fileBytesMax: number) =>
  new InputError('body-too-large', {
    found: 'The form is larger than this resource takes',
    why: `The picture may have ${fileBytesMax} bytes`,
    remedy: 'Save it as a compressed PNG or JPEG',
  });

const hasStatus = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'statusCode' in error;
