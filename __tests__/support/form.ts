// Writes multipart/form-data by hand, so that tests can order, cut and break it.

const boundary = 'evenkeel-test-boundary';

export interface FormPart {
  readonly name: string;
  readonly value: string | Uint8Array;
  readonly filename?: string;
}

export function formRequest(parts: readonly FormPart[]) {
  const body = Buffer.concat([...parts.flatMap(partBytes), Buffer.from(`--${boundary}--\r\n`)]);
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body };
}

function partBytes({ name, value, filename }: FormPart): Buffer[] {
  const file = filename === undefined ? '' : `; filename="${filename}"`;
  const type = filename === undefined ? '' : 'Content-Type: application/octet-stream\r\n';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${type}\r\n`;
  return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
}

export const imagePart = (value: Uint8Array, filename = 'film.png'): FormPart => ({
  name: 'image',
  value,
  filename,
});

export const modelPart = (value: string): FormPart => ({ name: 'model', value });
