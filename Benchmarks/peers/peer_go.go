// Go: buffered channels.
//
//	peer_go thr|pp|st PRODUCERS CONSUMERS CAPACITY COUNT
//	peer_go pool rt|fly WORKERS COUNT
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

func a(i int) int { x, _ := strconv.Atoi(os.Args[i]); return x }

type task struct{ res chan int }

func main() {
	switch os.Args[1] {
	case "st":
		n := a(5)
		c := make(chan int, a(4))
		t := time.Now()
		for i := 0; i < n; i++ {
			c <- i
			<-c
		}
		fmt.Println("R ns_per_putget", float64(time.Since(t).Nanoseconds())/float64(n))
	case "pp":
		n := a(5)
		x, y := make(chan int, a(4)), make(chan int, a(4))
		go func() {
			for i := 0; i < n; i++ {
				y <- <-x
			}
		}()
		t := time.Now()
		for i := 0; i < n; i++ {
			x <- i
			<-y
		}
		fmt.Println("R handoff_us", float64(time.Since(t).Nanoseconds())/1e3/float64(n)/2)
	case "thr":
		P, C, n := a(2), a(3), a(5)
		c := make(chan int, a(4))
		var wg sync.WaitGroup
		start := make(chan bool)
		sums := make([]int, C*16)
		for i := 0; i < P; i++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				<-start
				for j := 0; j < n/P; j++ {
					c <- j
				}
			}()
		}
		for i := 0; i < C; i++ {
			wg.Add(1)
			go func(i int) {
				defer wg.Done()
				<-start
				s := 0
				for j := 0; j < n/C; j++ {
					s += <-c
				}
				sums[i*16] = s
			}(i)
		}
		t := time.Now()
		close(start)
		wg.Wait()
		fmt.Println("R items_per_s", float64(n)/time.Since(t).Seconds())
	case "pool":
		pool(os.Args[2], a(3), a(4))
	}
}

// W goroutines fed by a channel; the result comes by a channel of capacity 1.
func pool(mode string, workers, n int) {
	c := make(chan task, 1<<16)
	for i := 0; i < workers; i++ {
		go func() {
			for t := range c {
				t.res <- 1
			}
		}()
	}
	submit := func() chan int { r := make(chan int, 1); c <- task{r}; return r }
	t := time.Now()
	if mode == "rt" {
		for i := 0; i < n; i++ {
			<-submit()
		}
		fmt.Println("R roundtrip_us", float64(time.Since(t).Nanoseconds())/1e3/float64(n))
		return
	}
	window := make([]chan int, 1000)
	for i := 0; i < n; i++ {
		if i >= len(window) {
			<-window[i%len(window)]
		}
		window[i%len(window)] = submit()
	}
	for _, r := range window {
		<-r
	}
	fmt.Println("R tasks_per_s", float64(n)/time.Since(t).Seconds())
}
