#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| neura_transport::fuzzing::reply(data));
