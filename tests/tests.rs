//! One test binary; its modules mirror `src`.

mod yaml;
