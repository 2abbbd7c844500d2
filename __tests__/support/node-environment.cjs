// Jest gives each test its own globals; native addons return the outer ones. Sharing the array types keeps instanceof true.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, { Float32Array, Float64Array, Int32Array, Uint8Array, ArrayBuffer });
  }
};
