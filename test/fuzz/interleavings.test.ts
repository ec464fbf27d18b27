/** The rules of accounts in random interleavings: as many as `FUZZ_RUNS` says, from `FUZZ_SEED` on. */
import { runInterleavings } from '../fixtures/accountModel/interleavings';

const runs = Number(process.env['FUZZ_RUNS'] ?? 5000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

describe(`${runs} random interleavings of windows and programs`, function () {
  this.timeout(0);

  it(`keep to the rules, from seed ${seed} on`, () => runInterleavings(runs, seed));
});
