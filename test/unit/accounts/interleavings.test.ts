import { runInterleavings } from '../../fixtures/accountModel/interleavings';

describe('Three windows on two machines, two people, Kiro CLI and the Kiro IDE', () => {
  // `npm run fuzz` runs as many as one likes.
  it('keep to the rules in two hundred random interleavings', () => runInterleavings(200, 1)).timeout(0);
});
