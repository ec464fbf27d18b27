/** The properties of requests, for as long as `FUZZ_RUNS` says. Nothing else of the test run takes this long. */
import { everyRequestIsAccepted, prefixesStay, verdictsAgree } from '../fixtures/requestProperties';

const runs = Number(process.env['FUZZ_RUNS'] ?? 20_000);

describe(`${runs} random requests`, function () {
  this.timeout(0);

  it('are accepted', () => everyRequestIsAccepted(runs));
  it('begin with the bytes of the turn before', () => prefixesStay(runs));
  it('are judged by our rules as by the service’s, once broken', () => {
    const seen = [...verdictsAgree(runs)].sort(([, one], [, other]) => other - one);
    console.log(seen.map(([rule, count]) => `      ${rule} ${count}`).join('\n'));
  });
});
