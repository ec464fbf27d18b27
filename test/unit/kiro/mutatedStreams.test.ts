// A bounded slice of the long run belongs to every run.
import '../../fuzz/streams.test';
