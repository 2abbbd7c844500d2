// Tests run as CommonJS through swc: Jest's ESM mode is still experimental, and swc starts fastest.
export default {
  testEnvironment: './__tests__/support/node-environment.cjs',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts', '<rootDir>/__tests__/**/*.test.tsx'],
  transform: {
    '\\.m?[jt]sx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // Packages that are ESM only and that Jest must therefore compile.
  transformIgnorePatterns: [
    '/node_modules/(?!(cookie|typebox|@fastify/type-provider-typebox|preact|preact-render-to-string)/)',
  ],
  // Jest leaves one core unused, which on two halves the speed; real-time suites are run apart, in band.
  maxWorkers: '100%',
  // Contexts of finished files are never wholly freed, and a worker that holds gigabytes of them runs the next ones many times slower.
  workerIdleMemoryLimit: '512MB',
  testTimeout: 30_000,
};
