// Makes prebuilds/<platform>-<arch>/corrsteer.node. prebuildify would call node-gyp, which wants Python and Node's own
// headers; what it is given here takes the same arguments and needs neither.
import prebuildify from "prebuildify";

const build = "node scripts/build-native.mjs --gyp";
prebuildify({ napi: true, strip: true, nodeGyp: build, shell: true, targets: [process.versions.node] }, (error) => {
  if (error) throw error;
});
