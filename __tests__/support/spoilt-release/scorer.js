// A scorer that loses its third answer: what it is built on is the real one beside it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const real = fileURLToPath(new URL('real-scorer.js', import.meta.url));
const child = spawn(process.execPath, [real, ...process.argv.slice(2)], {
  stdio: ['inherit', 'pipe', 'inherit'],
});
const headerBytes = 9;
let held = Buffer.alloc(0);
let frames = 0;
child.stdout.on('data', (chunk) => {
  held = Buffer.concat([held, chunk]);
  while (held.length >= headerBytes) {
    const end = headerBytes + held.readUInt32LE(5);
    if (held.length < end) return;
    if (frames++ !== 3) process.stdout.write(held.subarray(0, end));
    held = held.subarray(end);
  }
});
