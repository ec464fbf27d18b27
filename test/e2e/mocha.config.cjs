const { availableParallelism } = require('node:os');

// A window keeps a core busy while it opens. More than four need more memory than many machines have.
module.exports = { parallel: true, jobs: Math.min(Math.max(availableParallelism(), 2), 4) };
