//! The job door: runs the jobs of the business on apalis.
