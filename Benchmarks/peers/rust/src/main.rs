// Rust: crossbeam-channel, bounded.
//
//   peer_rust thr|pp|st PRODUCERS CONSUMERS CAPACITY COUNT
use crossbeam_channel::bounded;
use std::sync::{Arc, Barrier};
use std::thread::spawn;
use std::time::Instant;

fn one_thread(capacity: usize, count: u64) {
    let (sender, receiver) = bounded(capacity);
    let start = Instant::now();
    let mut sum = 0;
    for number in 0..count {
        sender.send(number).unwrap();
        sum += receiver.recv().unwrap();
    }
    assert!(sum == count * (count - 1) / 2);
    println!(
        "R ns_per_putget {}",
        start.elapsed().as_secs_f64() / count as f64 * 1e9
    );
}

fn ping_pong(capacity: usize, count: u64) {
    let (there, there_end) = bounded(capacity);
    let (back, back_end) = bounded(capacity);
    let echo = spawn(move || {
        for _ in 0..count {
            back.send(there_end.recv().unwrap()).unwrap()
        }
    });
    let start = Instant::now();
    for number in 0..count {
        there.send(number).unwrap();
        assert!(back_end.recv().unwrap() == number);
    }
    println!(
        "R handoff_us {}",
        start.elapsed().as_secs_f64() / count as f64 / 2.0 * 1e6
    );
    echo.join().unwrap();
}

fn throughput(producers: u64, consumers: u64, capacity: usize, count: u64) {
    let (sender, receiver) = bounded(capacity);
    let barrier = Arc::new(Barrier::new((producers + consumers + 1) as usize));
    let mut threads = vec![];
    for _ in 0..consumers {
        let (receiver, barrier) = (receiver.clone(), barrier.clone());
        threads.push(spawn(move || {
            barrier.wait();
            (0..count / consumers)
                .map(|_| receiver.recv().unwrap())
                .sum::<u64>()
        }));
    }
    for _ in 0..producers {
        let (sender, barrier) = (sender.clone(), barrier.clone());
        threads.push(spawn(move || {
            barrier.wait();
            for number in 0..count / producers {
                sender.send(number).unwrap()
            }
            0
        }));
    }
    barrier.wait();
    let start = Instant::now();
    let sum: u64 = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum();
    let time = start.elapsed();
    let each = count / producers;
    assert!(sum == producers * (each * (each - 1) / 2));
    println!("R items_per_s {}", count as f64 / time.as_secs_f64());
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |index: usize| arguments[index].parse::<u64>().unwrap();
    match arguments[1].as_str() {
        "st" => one_thread(number(4) as usize, number(5)),
        "pp" => ping_pong(number(4) as usize, number(5)),
        _ => throughput(number(2), number(3), number(4) as usize, number(5)),
    }
}
